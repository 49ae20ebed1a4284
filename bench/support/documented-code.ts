import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Something a person asked for, in the author's words, and the function that does it. */
export interface DocumentedFunction {
  readonly text: string;
  readonly path: string;
  readonly name: string;
  /** 1-based and inclusive, in the stripped copy. */
  readonly start: number;
  readonly end: number;
}

/** The folder of python3's own library, or nothing where there is no python3. */
export async function pythonLibrary(): Promise<string | undefined> {
  const program = 'import sysconfig; print(sysconfig.get_paths()["stdlib"])';
  return run('python3', ['-c', program]).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

/** Copies a tree of Python without its docstrings; their first sentences are the questions. */
export async function withoutDocstrings(
  source: string,
  target: string,
): Promise<readonly DocumentedFunction[]> {
  const script = join(import.meta.dirname, 'python-questions.py');
  const { stdout } = await run('python3', [script, source, target], { maxBuffer: 256 * 1024 * 1024 });
  return JSON.parse(stdout);
}

/** So many of them, spread over the whole and the same ones every time. */
export function sample<T>(all: readonly T[], count: number): T[] {
  // A linear congruential generator: what matters is that two runs ask the same questions.
  let state = 42;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return all
    .map((item) => ({ item, key: next() }))
    .sort((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ item }) => item);
}
