import { parentPort } from 'node:worker_threads';

/** A SQLite thread whose disk hangs: it has opened its file, and answers nothing but the end. */
parentPort?.on('message', ({ kind }: { kind: string }) => {
  if (kind === 'close') parentPort?.close();
});
parentPort?.postMessage({ id: 0, ok: true, result: null });
