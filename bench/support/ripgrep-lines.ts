import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { rgPath } from '@vscode/ripgrep';

const run = promisify(execFile);

/** Words of a question that everybody leaves out. */
const LEFT_OUT = new Set(
  'a an and are as at be by for from given if in into is it its of on or that the this to with whether which return returns'.split(
    ' ',
  ),
);

export interface Line {
  readonly path: string;
  readonly line: number;
}

/**
 * What an agent with ripgrep alone can get: the lines with most of a question's words, rare ones counting more, and a
 * bonus for files that have many of them. One run for each question.
 */
export async function bestLines(folder: string, question: string, count: number): Promise<readonly Line[]> {
  const words = [...new Set(question.toLowerCase().match(/[a-z0-9]{2,}/g) ?? [])].filter(
    (word) => !LEFT_OUT.has(word),
  );
  if (words.length === 0) return [];
  const patterns = words.flatMap((word) => ['-e', word]);
  const { stdout } = await run(
    rgPath,
    ['-i', '-n', '--no-heading', '--null', '-M', '500', ...patterns, '.'],
    {
      cwd: folder,
      maxBuffer: 512 * 1024 * 1024,
    },
  ).catch(() => ({ stdout: '' }));
  const lines = stdout.split('\n').flatMap((text) => {
    const [, path, line, content = ''] = /^\.\/([^\0]+)\0(\d+):(.*)$/.exec(text) ?? [];
    if (path === undefined) return [];
    const lower = content.toLowerCase();
    return [{ path, line: Number(line), words: words.filter((word) => lower.includes(word)) }];
  });
  const weight = new Map(
    words.map((word) => {
      const found = lines.filter((line) => line.words.includes(word)).length;
      return [word, Math.log(1 + lines.length / (found + 1))];
    }),
  );
  const inFile = new Map<string, Set<string>>();
  for (const { path, words: found } of lines) {
    const set = inFile.get(path) ?? new Set();
    for (const word of found) set.add(word);
    inFile.set(path, set);
  }
  const sum = (found: Iterable<string>): number =>
    [...found].reduce((total, word) => total + (weight.get(word) ?? 0), 0);
  const ofFile = new Map([...inFile].map(([path, found]) => [path, sum(found)]));
  return lines
    .map((line) => ({ ...line, score: sum(line.words) + 0.3 * (ofFile.get(line.path) ?? 0) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, count);
}
