import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { indexFile, RepositoryIndex } from '../gateway/repo/index/repository-index.ts';
import { searchQuery } from '../gateway/repo/query-search.ts';
import { Repository } from '../gateway/repo/repository.ts';
import {
  type DocumentedFunction,
  pythonLibrary,
  sample,
  withoutDocstrings,
} from './support/documented-code.ts';
import { bestLines, type Line } from './support/ripgrep-lines.ts';

/**
 * How well `search.query` finds the function that a sentence is about. The sentences are first sentences of docstrings,
 * which are taken out of the copy that is searched, so that only the code itself can answer. Beside it, in the same
 * run, the best that ripgrep can do with the same words.
 *
 * CPython's library judges: nothing is tuned on it. Weights were found on the Python packages that Debian ships, which
 * are reported too where they are installed; a gap between the two is what tuning has flattered.
 *
 * A hit is a result in the right file whose lines meet the function's; MRR@10 is the mean of 1/rank of the first one.
 */
const QUESTIONS = 200;
const K = 10;

const library = await pythonLibrary();
if (library === undefined) {
  process.stderr.write('search-quality: python3 and its library are needed, and are not there\n');
  process.exitCode = 1;
} else {
  await evaluate('judge: CPython’s library', library);
  const packages = '/usr/lib/python3/dist-packages';
  const hasPackages = await stat(packages).then(
    () => true,
    () => false,
  );
  if (hasPackages) await evaluate('tuned on: Debian’s Python packages', packages);
}

async function evaluate(title: string, source: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rlm-search-quality-'));
  try {
    const copy = join(folder, 'copy');
    const questions = sample(await withoutDocstrings(source, copy), QUESTIONS);
    const repository = await Repository.open({ name: 'copy', path: copy });
    const startedMs = performance.now();
    const index = RepositoryIndex.start({
      guard: repository.guard,
      folder: join(folder, 'indexes'),
      repository: 'copy',
      threadUrl: new URL('./support/index-thread.ts', import.meta.url),
    });
    try {
      await index.ready();
      const builtMs = performance.now() - startedMs;
      const bytes = (await stat(indexFile(join(folder, 'indexes'), 'copy', repository.guard.rootPath))).size;
      const search = async (question: string, given?: RepositoryIndex): Promise<readonly Lines[]> => {
        const { results } = await searchQuery({
          guard: repository.guard,
          facts: repository.facts,
          index: given,
          roots: ['.'],
          scope: '.',
          query: question,
          k: K,
        });
        return results.map(({ file_path, start_line, end_line }) => ({
          path: file_path,
          start: start_line,
          end: end_line,
        }));
      };
      const ripgrep = async (question: string): Promise<readonly Lines[]> =>
        (await bestLines(copy, question, K)).map(({ path, line }: Line) => ({
          path,
          start: line,
          end: line,
        }));
      // Once, so that code is compiled and files are in the page cache, for both alike.
      await Promise.all([search('open a file', index), ripgrep('open a file')]);
      const floor = await measure('ripgrep, best line', questions, ripgrep);
      const ours = [
        await measure('search.query', questions, (question) => search(question, index)),
        await measure('search.query, no index yet', questions.slice(0, QUESTIONS / 4), (question) =>
          search(question),
        ),
      ];
      const { files, chunks } = index.state;
      process.stdout.write(
        `\n${title}: ${questions.length} questions, ${files} files, ${chunks} chunks, ` +
          `indexed in ${(builtMs / 1000).toFixed(1)} s, ${(bytes / 1e6).toFixed(1)} MB\n`,
      );
      print([floor, ...ours], floor);
    } finally {
      await index.close();
      await repository.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Lines {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

interface Quality {
  readonly name: string;
  readonly mrr: number;
  readonly recall1: number;
  readonly recall5: number;
  readonly recall10: number;
  readonly fileMrr: number;
  readonly fileRecall10: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

async function measure(
  name: string,
  questions: readonly DocumentedFunction[],
  search: (question: string) => Promise<readonly Lines[]>,
): Promise<Quality> {
  const ranks: number[] = [];
  const fileRanks: number[] = [];
  const times: number[] = [];
  for (const { text, path, start, end } of questions) {
    const startedMs = performance.now();
    const results = await search(text);
    times.push(performance.now() - startedMs);
    const isFile = (result: Lines): boolean => result.path === path;
    ranks.push(
      results.findIndex((result) => isFile(result) && result.start <= end && start <= result.end) + 1,
    );
    fileRanks.push(results.findIndex(isFile) + 1);
  }
  times.sort((a, b) => a - b);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const mrr = (all: readonly number[]): number => mean(all.map((rank) => (rank === 0 ? 0 : 1 / rank)));
  const within = (all: readonly number[], limit: number): number =>
    mean(all.map((rank) => (rank > 0 && rank <= limit ? 1 : 0)));
  return {
    name,
    mrr: mrr(ranks),
    recall1: within(ranks, 1),
    recall5: within(ranks, 5),
    recall10: within(ranks, 10),
    fileMrr: mrr(fileRanks),
    fileRecall10: within(fileRanks, 10),
    p50Ms: times[Math.floor(times.length * 0.5)] ?? 0,
    p95Ms: times[Math.floor(times.length * 0.95)] ?? 0,
  };
}

function print(all: readonly Quality[], floor: Quality): void {
  const head = ['', 'MRR@10', '÷ ripgrep', 'R@1', 'R@5', 'R@10', 'file MRR', 'file R@10', 'p50 ms', 'p95 ms'];
  const rows = all.map((each) => [
    each.name,
    each.mrr.toFixed(3),
    `${(each.mrr / floor.mrr).toFixed(1)} ×`,
    ...[each.recall1, each.recall5, each.recall10, each.fileMrr, each.fileRecall10].map((share) =>
      share.toFixed(3),
    ),
    each.p50Ms.toFixed(1),
    each.p95Ms.toFixed(1),
  ]);
  const table = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  for (const row of table) {
    const cells = row.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[i] ?? 0),
    );
    process.stdout.write(`${cells.join('  ')}\n`);
  }
}
