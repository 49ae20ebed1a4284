/**
 * The gateway's end of a guest on Node: starts it in a jail, hands it the one program, answers its calls, counts what it
 * says, and kills it. Whatever it does out of turn ends the run.
 */
import { performance } from 'node:perf_hooks';
import type { EngineEnd, EngineJob, EngineWorker } from '../engine.ts';
import { KILL_GRACE_MS, WORKER_START_TIMEOUT_MS } from '../exec-limits.ts';
import type { Jail, JailedProcess, JailedProgram } from '../jail/jail.ts';
import { GuestChannel, type GuestLoss } from './guest-channel.ts';

/**
 * Bytes a guest's Node may take beside its program's memory once it runs: machine code of the interpreter's hot
 * functions, and a message or two on its way. A smaller number kills programs that keep to their limit.
 */
const NODE_SLACK_BYTES = 32 * 1024 * 1024;

/**
 * Starts a guest and waits for it to be ready.
 * @param idleMemoryBytes of a program that is expected; what asks for as much need not wait for the limit to be changed
 * @throws where it does not come up in time
 */
export async function startGuest(
  jail: Jail,
  program: Omit<JailedProgram, 'stdio'>,
  idleMemoryBytes: number,
): Promise<EngineWorker> {
  const process = jail.spawn({ ...program, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const gone = new Promise<void>((resolve) => {
    process.child.once('exit', () => resolve());
    process.child.once('error', () => resolve());
  });
  try {
    const channel = new GuestChannel(process.child);
    await untilReady(channel);
    // From now on nobody expects a word before the program is sent: a guest that speaks, or leaves, is done with.
    channel.listen(
      () => {
        channel.giveUp('it spoke out of turn');
        process.kill();
      },
      () => process.kill(),
    );
    await process.limitMemory(idleMemoryBytes + NODE_SLACK_BYTES);
    return {
      // Started, so it has one.
      pid: process.child.pid ?? 0,
      gone,
      kill: () => process.kill(),
      run: (job) => runOnce(process, channel, job, idleMemoryBytes),
    };
  } catch (error) {
    process.kill();
    throw error;
  }
}

async function untilReady(channel: GuestChannel): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error('a sandbox worker did not come up in time')),
        WORKER_START_TIMEOUT_MS,
      );
      channel.listen(
        (message) =>
          message.type === 'ready'
            ? resolve()
            : reject(new Error('a sandbox worker spoke before it was ready')),
        ({ reason }) => reject(new Error(`a sandbox worker did not come up: ${reason}`)),
      );
    });
  } finally {
    clearTimeout(timer);
  }
}

async function runOnce(
  process: JailedProcess,
  channel: GuestChannel,
  job: EngineJob,
  idleMemoryBytes: number,
): Promise<EngineEnd> {
  const killAtMs = performance.now() + job.timeoutMs + KILL_GRACE_MS;
  try {
    if (job.memoryBytes !== idleMemoryBytes) await process.limitMemory(job.memoryBytes + NODE_SLACK_BYTES);
    return await converse(channel, job, killAtMs);
  } catch {
    return { kind: 'crashed', reason: 'its memory could not be limited' };
  } finally {
    process.kill();
    channel.close();
  }
}

function converse(channel: GuestChannel, job: EngineJob, killAtMs: number): Promise<EngineEnd> {
  return new Promise((resolve) => {
    const calls = new AbortController();
    let isAnswering = false;
    let isSettled = false;
    const settle = (end: EngineEnd): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      job.signal.removeEventListener('abort', onAbort);
      // Nothing that was on its way is heard any more, and calls that are being answered have no asker.
      channel.close();
      calls.abort();
      resolve(end);
    };
    const onAbort = (): void => settle({ kind: 'cancelled' });
    const timer = setTimeout(() => settle({ kind: 'timeout' }), Math.max(0, killAtMs - performance.now()));
    job.signal.addEventListener('abort', onAbort, { once: true });
    if (job.signal.aborted) return onAbort();
    channel.listen(
      (message) => {
        // It stands still until its call is answered: one that speaks meanwhile is no guest of ours.
        if (isAnswering) return settle({ kind: 'crashed', reason: 'it spoke out of turn' });
        switch (message.type) {
          case 'ready':
            return settle({ kind: 'crashed', reason: 'it spoke out of turn' });
          case 'output':
            return job.onOutput(message.stream, message.text);
          case 'end':
            return settle(message.end);
          case 'call':
            if (channel.hasMore) return settle({ kind: 'crashed', reason: 'it spoke out of turn' });
            // It has read the reply before, or it would not ask: one that does not read is not answered into memory.
            if (channel.unsentMessages > 1) {
              return settle({ kind: 'crashed', reason: 'it did not read what it had asked for' });
            }
            isAnswering = true;
            void job
              .onHostCall({ name: message.name, args: message.args, named: message.named }, calls.signal)
              .then(
                (reply) => {
                  isAnswering = false;
                  channel.send({ type: 'reply', ...reply });
                },
                () => settle({ kind: 'crashed', reason: 'its call could not be answered' }),
              );
        }
      },
      (loss) => settle(endOfLoss(loss)),
    );
    channel.send({
      type: 'run',
      code: job.code,
      timeoutMs: job.timeoutMs,
      memoryBytes: job.memoryBytes,
    });
  });
}

/**
 * What a guest dies of when the kernel refuses it memory: V8 aborts, by one signal or another, or the kernel's own hand
 * ends the largest of the processes. Nothing else kills a guest that keeps to its protocol.
 */
const OUT_OF_MEMORY_SIGNALS: readonly string[] = [
  'SIGABRT',
  'SIGTRAP',
  'SIGILL',
  'SIGKILL',
  'SIGSEGV',
  'SIGBUS',
];
/** The same, where a shell or a jail stands between and tells it by the exit code, 128 and the signal's number. */
const OUT_OF_MEMORY_CODES: readonly number[] = [132, 133, 134, 135, 137, 139];

const endOfLoss = ({ reason, exitCode, signal }: GuestLoss): EngineEnd =>
  (signal !== null && OUT_OF_MEMORY_SIGNALS.includes(signal)) ||
  (exitCode !== null && OUT_OF_MEMORY_CODES.includes(exitCode))
    ? { kind: 'memory' }
    : { kind: 'crashed', reason };
