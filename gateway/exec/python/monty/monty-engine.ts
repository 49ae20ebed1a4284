/**
 * The fast tier: the Monty interpreter in its worker executable, which has no I/O beside the two pipes it is driven by.
 * @see monty-codec.ts for the protocol
 */
import type { Engine, EngineWorker } from '../../engine.ts';
import { WORKER_START_TIMEOUT_MS } from '../../exec-limits.ts';
import type { Jail } from '../../jail/jail.ts';
import { MontyChannel } from './monty-channel.ts';
import { decodeEvent, encodeConfigure, encodeFeed, encodeReset, type MontyEvent } from './monty-codec.ts';
import { runInMonty } from './monty-run.ts';

/**
 * What the kernel lets a worker map, whatever its interpreter counts: 29 MB of itself, the 256 MB that a program may
 * have at most, and 35 MB that lie between what the interpreter counts and what its allocator has mapped. With 32 MB
 * less, a program is refused within its limit; with more, a broken interpreter has more.
 */
const ADDRESS_SPACE_BYTES = 320 * 1024 * 1024;

/** Touches what most programs do, so that its pages are there: halves the time of the first run. */
const WARM_UP = `import json, re
def double(values): return [value * 2 for value in values]
print(json.dumps(double(range(3))), f"{3:>5}", sorted({"a": 1}.items()))
re.findall("a+", "aab")`;
const WARM_UP_LIMITS = { durationMicros: 20_000_000, memoryBytes: 64 * 1024 * 1024, recursionDepth: 100 };
/** What the worker answers to the warm-up, in this order. */
const WARM_UP_ANSWERS: readonly MontyEvent['kind'][] = ['ok', 'print', 'complete', 'ok'];

/** @param executable absolute path of the worker, `monty` of `@pydantic/monty-<platform>` 0.0.23 */
export function montyEngine({ executable }: { readonly executable: string }): Engine {
  return { name: 'monty', start: (jail) => startMonty(jail, executable) };
}

async function startMonty(jail: Jail, executable: string): Promise<EngineWorker> {
  const process = jail.spawn({
    executable,
    args: ['subprocess'],
    readable: [],
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
    addressSpaceBytes: ADDRESS_SPACE_BYTES,
  });
  const gone = new Promise<void>((resolve) => {
    process.child.once('exit', () => resolve());
    process.child.once('error', () => resolve());
  });
  let channel: MontyChannel;
  try {
    channel = new MontyChannel(process);
    await warmUp(channel);
  } catch (error) {
    process.kill();
    throw error;
  }
  return {
    // Started, so it has one.
    pid: process.child.pid ?? 0,
    gone,
    kill: () => process.kill(),
    run: async (job) => {
      try {
        return await runInMonty(channel, job);
      } finally {
        process.kill();
      }
    },
  };
}

/** Runs a program of ours and forgets it: what is left is a worker that never ran anything, and is warm. */
async function warmUp(channel: MontyChannel): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (reason: string): void => reject(new Error(`a sandbox worker did not come up: ${reason}`));
      timer = setTimeout(() => fail('it took too long'), WORKER_START_TIMEOUT_MS);
      let answered = 0;
      channel.listen(
        (message) => {
          if (message.kind !== 'whole' || kindOf(message.bytes) !== WARM_UP_ANSWERS[answered]) {
            return fail('it does not speak version 2 of the protocol');
          }
          answered += 1;
          if (answered === WARM_UP_ANSWERS.length) resolve();
        },
        (end) => fail(end.kind === 'broken' ? end.reason : `it ended (${end.signal ?? end.code})`),
      );
      for (const request of [encodeConfigure(WARM_UP_LIMITS), encodeFeed(WARM_UP), encodeReset()]) {
        channel.send(request);
      }
    });
  } finally {
    clearTimeout(timer);
  }
}

function kindOf(message: Buffer): MontyEvent['kind'] | undefined {
  try {
    return decodeEvent(message).kind;
  } catch {
    return undefined;
  }
}
