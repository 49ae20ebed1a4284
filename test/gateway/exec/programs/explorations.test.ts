import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../../../../gateway/exec/engine.ts';
import { Executor, LANGUAGES } from '../../../../gateway/exec/executor.ts';
import { probeJail } from '../../../../gateway/exec/jail/probe-jail.ts';
import { startPipeline } from '../../../support/gateway-pipeline.ts';
import { readSource, repositoryFiles } from '../../../support/source-tree.ts';

/** Far more than any of them needs, so that a busy machine does not fail one. */
const TIMEOUT_MS = 30_000;
const EXTENSIONS = { python: 'py', javascript: 'js' } as const;

/** The repository that is explored: this one's sources, as they are, and some of its documents. */
const FILES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    repositoryFiles()
      .filter((path) => /^(shared|bridge|gateway|client|test\/(shared|bridge|gateway))\/.*\.ts$/.test(path))
      // What these tests are made of themselves.
      .filter((path) => !path.startsWith('test/gateway/exec/'))
      .concat('README.md', 'docs/contract.md', 'package.json')
      .map((path) => [path, readSource(path)]),
  ),
  // The repository has none of these, which another test sees to.
  'notes/plan.md': `# Plan\n\n${['TO', 'DO'].join('')}: write it\n`,
  'notes/old/code.ts': `const a = 1; // ${['FIX', 'ME'].join('')} a name\n\n  // ${['TO', 'DO'].join('')}(ada): and tests\n`,
};

const linesOf = (text: string): readonly string[] =>
  text.split('\n').slice(0, text.endsWith('\n') ? -1 : undefined);
const paths = Object.keys(FILES).sort();
const sources = paths.filter((path) => path.endsWith('.ts'));
const textOf = (path: string): string => FILES[path] ?? '';
const countBy = <T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
};
const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

/** Each by other means than the programs use, from the same files. */
const EXPECTED: Readonly<Record<string, () => Json>> = {
  'lines-by-extension': () => {
    const byExtension = Object.groupBy(paths, (path) => posix.extname(path));
    return Object.fromEntries(
      Object.entries(byExtension).map(([extension, own = []]) => [
        extension,
        { files: own.length, lines: sum(own.map((path) => linesOf(textOf(path)).length)) },
      ]),
    );
  },

  'longest-functions': () =>
    sources
      .filter((path) => path.startsWith('gateway/'))
      .flatMap((path) =>
        [...textOf(path).matchAll(/^(?:export )?(?:async )?function\*? (\w+)[\s\S]*?^\}$/gm)].map(
          ([whole, name = '']) => ({
            name,
            path,
            length: linesOf(whole).length,
          }),
        ),
      )
      .sort((a, b) => b.length - a.length || (a.name < b.name ? -1 : 1))
      .slice(0, 5)
      .map(({ name, path, length }) => [name, path, length]),

  markers: () => ({
    'notes/plan.md': [[3, `${['TO', 'DO'].join('')}: write it`]],
    'notes/old/code.ts': [
      [1, `const a = 1; // ${['FIX', 'ME'].join('')} a name`],
      [3, `// ${['TO', 'DO'].join('')}(ada): and tests`],
    ],
  }),

  'import-cycles': () => {
    const own = sources.filter((path) => !path.startsWith('test/'));
    const targetsOf = (path: string): readonly string[] => {
      const named = [...textOf(path).matchAll(/(?:from|import\() ?'(\.[^']+)'/g)];
      const targets = named.map(([, target = '']) => posix.join(posix.dirname(path), target));
      return [...new Set(targets)].filter((target) => target !== path);
    };
    const graph = new Map(own.map((path) => [path, targetsOf(path)]));
    return { edges: sum([...graph.values()].map((targets) => targets.length)), cycles: tarjan(graph) };
  },

  'export-summary': () => {
    const pattern = /^export (?:async |abstract )?(const|class|interface|function|type)\b/gm;
    const found = sources.flatMap((path) =>
      [...textOf(path).matchAll(pattern)].map(([, kind = '']) => ({ room: path.split('/')[0] ?? '', kind })),
    );
    const rooms = Object.entries(Object.groupBy(found, ({ room }) => room));
    return Object.fromEntries(rooms.map(([room, own = []]) => [room, countBy(own, ({ kind }) => kind)]));
  },

  'unused-exports': () =>
    sources
      .filter((path) => path.startsWith('shared/'))
      .flatMap((path) =>
        [...textOf(path).matchAll(/^export (?:async )?(?:const|class|interface|function|type) (\w+)/gm)]
          .map(([, name = '']) => name)
          .filter((name) => {
            const mention = new RegExp(`(?<!\\w)${name}(?!\\w)`);
            return !sources.some((other) => other !== path && mention.test(textOf(other)));
          })
          .map((name) => `${path}#${name}`),
      ),

  'error-codes': () => {
    const table = [...textOf('shared/errors/codes.ts').matchAll(/^ {2}([A-Z_]+): (tool|local)\(/gm)];
    const all = sources
      .filter((path) => path.startsWith('gateway/'))
      .map(textOf)
      .join('\n');
    return Object.fromEntries(
      table.map(([, code = '', kind = '']) => [code, { kind, uses: all.split(`'${code}'`).length - 1 }]),
    );
  },

  'largest-files': () =>
    paths
      .filter((path) => /\.(ts|md)$/.test(path))
      .map((path) => ({ path, lines: linesOf(textOf(path)) }))
      .sort((a, b) => b.lines.length - a.lines.length || (a.path < b.path ? -1 : 1))
      .slice(0, 8)
      .map(({ path, lines }) => [
        path,
        lines.length,
        Math.max(0, ...lines.map((line) => Array.from(line).length)),
      ]),

  'test-ratio': () => {
    const filled = (prefix: string): number =>
      sum(
        sources
          .filter((path) => path.startsWith(prefix))
          .map((path) => (textOf(path).match(/^.*\S/gm) ?? []).length),
      );
    const rooms = ['bridge', 'client', 'gateway', 'notes', 'shared'];
    return Object.fromEntries(
      rooms.map((room) => [room, Math.floor((100 * filled(`test/${room}/`)) / filled(`${room}/`))]),
    );
  },

  'definition-and-callers': () => {
    const home = 'gateway/tools/span-read.ts';
    const line = linesOf(textOf(home)).findIndex((text) =>
      text.startsWith('export function assertSpanRange('),
    );
    const callers = sources.filter(
      (path) => path.startsWith('gateway/') && path !== home && textOf(path).includes('assertSpanRange'),
    );
    return { defined: [home, line + 1], callers, ranked: true };
  },
};

/** Groups of files that import each other, each and all of them sorted. */
function tarjan(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: (readonly string[])[] = [];
  const visit = (node: string): void => {
    const own = index.size;
    index.set(node, own);
    low.set(node, own);
    stack.push(node);
    for (const target of graph.get(node) ?? []) {
      if (!index.has(target)) visit(target);
      if (stack.includes(target)) low.set(node, Math.min(low.get(node) ?? 0, low.get(target) ?? 0));
    }
    if (low.get(node) !== own) return;
    const group = stack.splice(stack.indexOf(node));
    if (group.length > 1) found.push(group.sort());
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return found.sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));
}

const program = async (name: string, extension: string): Promise<string> => {
  const read = (file: string): Promise<string> =>
    readFile(join(import.meta.dirname, 'explorations', `${file}.${extension}`), 'utf8');
  return `${await read('read-lines')}\n${await read(name)}`;
};

const faults: string[] = [];
let folder: string;
let executor: Executor;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rlm-explorations-'));
  const { jail } = await probeJail({ minimumLevel: 'namespaces' });
  executor = await Executor.start({
    jail,
    snapshotFolder: folder,
    concurrency: 2,
    onFault: (engine, reason) => faults.push(`${engine}: ${reason}`),
  });
});

afterAll(async () => {
  await executor.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('this repository, explored by programs', () => {
  test.each(Object.keys(EXPECTED))('%s', async (name) => {
    const gateway = await startPipeline({ files: FILES, exec: { executor, maxTimeoutMs: TIMEOUT_MS } });
    const expected = EXPECTED[name]?.();
    for (const language of LANGUAGES) {
      const session = await gateway.session();
      const before = (await gateway.used(session)).calls;
      const answer = await gateway.call('rlm.exec.run', {
        session_id: session,
        language,
        code: await program(name, EXTENSIONS[language]),
        timeout_ms: TIMEOUT_MS,
      });
      expect(answer, language).toMatchObject({ success: true, stderr: '' });
      expect(answer['result'], language).toEqual(expected);
      expect(answer['stdout'], language).not.toBe('');
      // However many files it has looked into, it is one call.
      expect((await gateway.used(session)).calls).toBe(before + 1);
    }
  });
});

test('no worker failed on the way', () => {
  expect(faults).toEqual([]);
});
