import { posix, win32 } from 'node:path';

/**
 * What the code may know of the machine and the user it runs for. Read once, in an executable's main file, so
 * that nothing else looks at `process` and a test can give another machine.
 */
export interface HostEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly homeDir: string;
  readonly cwd: string;
  /** `undefined` on Windows, where files have no numeric owner. */
  readonly uid: number | undefined;
}

export const CONFIG_FOLDER_NAME = 'rlm-bridge';

/**
 * The user's own folder for our settings: `$XDG_CONFIG_HOME/rlm-bridge` (else `~/.config`), `~/Library/Application
 * Support/rlm-bridge`, `%APPDATA%\rlm-bridge`. It may not exist yet.
 *
 * A relative `XDG_CONFIG_HOME` is ignored, as the XDG specification demands: the IDE's working directory may be
 * a cloned repository.
 */
export function configFolder(host: HostEnvironment): string {
  switch (host.platform) {
    case 'win32': {
      const roaming = host.env['APPDATA'];
      const base =
        roaming !== undefined && win32.isAbsolute(roaming)
          ? roaming
          : win32.join(host.homeDir, 'AppData', 'Roaming');
      return win32.join(base, CONFIG_FOLDER_NAME);
    }
    case 'darwin':
      return posix.join(host.homeDir, 'Library', 'Application Support', CONFIG_FOLDER_NAME);
    default: {
      const xdg = host.env['XDG_CONFIG_HOME'];
      const base = xdg !== undefined && posix.isAbsolute(xdg) ? xdg : posix.join(host.homeDir, '.config');
      return posix.join(base, CONFIG_FOLDER_NAME);
    }
  }
}
