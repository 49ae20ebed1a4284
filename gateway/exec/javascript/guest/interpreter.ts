import { randomBytes } from 'node:crypto';
import { type JSValueHandle, MAX_STACK_SIZE, QuickJS, type QuickJSOptions } from 'quickjs-wasi';

/** Milliseconds of the program's clock's tick: enough to date something, too coarse to time a neighbour's work by. */
const CLOCK_TICK_MS = 10;

export interface InterpreterHooks {
  /** Asked at the program's loops and calls. */
  mustStop(): boolean;
  /** The program asked for a module; it gets an empty one. */
  onImport(): void;
  /** A promise was rejected with nobody listening; or, `isHandled`, one is listened to after all. */
  onRejection(promise: JSValueHandle, reason: JSValueHandle, isHandled: boolean): void;
}

/** A fresh QuickJS with nothing of the host's but a coarse clock. */
export async function createInterpreter(
  wasm: Buffer<ArrayBuffer>,
  hooks: InterpreterHooks,
): Promise<QuickJS> {
  let isSeeded = false;
  /** At first a random number: the interpreter seeds `Math.random` with the time it is told while it is made. */
  const clockNs = (): bigint =>
    isSeeded
      ? BigInt(Math.floor(Date.now() / CLOCK_TICK_MS) * CLOCK_TICK_MS) * 1_000_000n
      : randomBytes(8).readBigUInt64LE() >> 2n;
  const options: QuickJSOptions = {
    wasm,
    maxStackSize: MAX_STACK_SIZE,
    // The host's place on earth is nobody's business.
    timezoneOffset: 0,
    interruptHandler: () => hooks.mustStop(),
    onUnhandledRejection: (promise, reason, isHandled) => hooks.onRejection(promise, reason, isHandled),
    moduleLoader: {
      load: () => {
        hooks.onImport();
        return '';
      },
    },
    wasi: (memory) => ({
      // What the interpreter itself would print: nobody reads it.
      fd_write: () => 8,
      clock_time_get: (_clock: number, _precision: bigint, result: number) => {
        new DataView(memory.buffer).setBigUint64(result, clockNs(), true);
        return 0;
      },
    }),
  };
  const vm = await QuickJS.create(options);
  isSeeded = true;
  return vm;
}
