/**
 * Runs one JavaScript program: a process of its own, in a jail, with a fresh QuickJS in WebAssembly. All that makes it
 * slow to start is done before `ready`; then it waits for its program, runs it, tells how it ended, and waits to be killed.
 *
 * Two clocks stop a program: the interpreter asks at its loops and calls whether the deadline has passed; what never asks
 * (`indexOf` over a long string, `fill` of a long array) is stopped by the gateway, which kills this process.
 */
import { readFileSync } from 'node:fs';
import { BlockingChannel } from '../../guests/blocking-channel.ts';
import { installPrelude } from './install-prelude.ts';
import { createInterpreter } from './interpreter.ts';
import { ProgramHost } from './program-host.ts';
import { ProgramRun } from './program-run.ts';
import { UnheardRejections } from './unheard-rejections.ts';
import { warmUp } from './warm-up.ts';

/**
 * Runs the one program that comes over the channel, and then waits to be killed.
 * @param paths of the interpreter's WebAssembly and of the prelude's script
 * @throws where the gateway has gone
 */
export async function runGuest(paths: {
  readonly interpreter: string;
  readonly prelude: string;
}): Promise<void> {
  const channel = new BlockingChannel();
  const host = new ProgramHost(channel);
  const rejections = new UnheardRejections();
  const vm = await createInterpreter(readFileSync(paths.interpreter), {
    mustStop: () => host.mustStop(),
    onImport: () =>
      host.deny('There are no modules to import: all that a program can use is already there.', 0),
    onRejection: (promise, reason, isHandled) => rejections.note(promise, reason, isHandled),
  });
  const tools = installPrelude(vm, readFileSync(paths.prelude, 'utf8'), host);
  warmUp(vm);
  channel.send({ type: 'ready' });

  const job = channel.receive();
  if (job.type !== 'run') throw new TypeError('expected a program');
  host.startClock(job.timeoutMs);
  const end = new ProgramRun({ vm, tools, host, rejections, memoryBytes: job.memoryBytes }).run(job.code);
  host.flush();
  channel.send({ type: 'end', end });
  channel.receive();
}
