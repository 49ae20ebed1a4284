import type { HostEnvironment } from '../../shared/local/config-folders.ts';
import type { Keychain } from '../../shared/local/keychain.ts';
import type { Terminal } from '../../shared/terminal/streams.ts';
import type { BridgeProgram } from '../probe/bridge-program.ts';

/** What every command of `rlm-workspace` is given; main.ts makes the real one. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly host: HostEnvironment;
  /** Opened when first needed: most commands do without, and opening may load a native module. */
  readonly keychain: () => Keychain;
  readonly bridge: BridgeProgram;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
