import { isMainThread, workerData } from 'node:worker_threads';
import { newProgram, runProgram } from '../shared/terminal/program.ts';
import { openTerminal } from '../shared/terminal/streams.ts';
import type { AdminContext } from './admin/admin-context.ts';
import { addInitCommand } from './admin/init.ts';
import { addKeysCommand } from './admin/keys.ts';
import { addServeCommand } from './admin/serve.ts';
import { isIndexThread, runIndexThread } from './repo/index/index-thread.ts';
import { isSqliteThread, runSqliteThread } from './store/sqlite-thread.ts';

/** `rlm-gateway`, and the threads that it starts from this same file: SQLite's, and one for each repository's index. */
if (!isMainThread && isSqliteThread(workerData)) runSqliteThread();
else if (!isMainThread && isIndexThread(workerData)) await runIndexThread();
else await main();

async function main(): Promise<void> {
  // Whatever this process writes, database and its side files included, is its user's alone.
  process.umask(0o077);
  // "Reload", from old habit. Certificates and keys are looked at all the time; what must not happen is to end.
  process.on('SIGHUP', () => {});
  const terminal = openTerminal(process);
  const context: AdminContext = {
    terminal,
    env: process.env,
    cwd: process.cwd(),
    threadUrl: new URL(import.meta.url),
    untilStopped: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
      }),
  };
  const program = newProgram(
    {
      name: 'rlm-gateway',
      description: 'Holds repositories and lets agents read them in bounded, recorded spans.',
      examples: [
        'rlm-gateway init',
        'rlm-gateway serve --repo /srv/app',
        'rlm-gateway keys invite --name alice',
      ],
    },
    terminal,
  );
  addInitCommand(program, context);
  addServeCommand(program, context);
  addKeysCommand(program, context);
  process.exitCode = await runProgram(program, process.argv.slice(2), terminal);
}
