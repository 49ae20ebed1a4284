import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

/** README's first command, on a repository of two files; everything else in it is real. */
const DEMO = join(import.meta.dirname, '../../scripts/demo.ts');
const folder = useTemporaryFolder();

interface Demo {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

async function startDemo(repo: string): Promise<Demo> {
  const temporary = join(folder(), 'tmp');
  await mkdir(temporary);
  const child = spawn(process.execPath, [DEMO, '--repo', repo], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return { child, output: () => output, ended: once(child, 'close').then(([code]) => code) };
}

async function smallRepository(): Promise<string> {
  const repo = join(folder(), 'repo');
  await mkdir(repo);
  await writeFile(
    join(repo, 'greet.ts'),
    "export const greet = (name: string): string =>\n  'Hello, '.concat(name);\n",
  );
  await writeFile(join(repo, 'notes.md'), '# Notes\n\nNothing yet.\n');
  return repo;
}

/** Files and processes that bear the mark of this test's own temporary folder. */
async function leftBehind(): Promise<readonly string[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const texts = processes.flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`]);
  // A process may be gone by now, or be somebody else's.
  const read = await Promise.all(texts.map((file) => readFile(file, 'utf8').catch(() => '')));
  const own = read.filter((text) => text.includes(join(folder(), 'tmp')));
  return [...(await readdir(join(folder(), 'tmp'))), ...own];
}

test('shows the product from nothing to the provenance of a session, and leaves nothing behind', async () => {
  const demo = await startDemo(await smallRepository());
  expect(await demo.ended, demo.output()).toBe(0);
  for (const step of [
    'login',
    'connect',
    'span',
    'search',
    'every call is recorded',
    'the chain holds',
    'verify',
  ]) {
    expect(demo.output()).toMatch(new RegExp(`^  ok .*${step}`, 'm'));
  }
  expect(demo.output()).not.toMatch(/^ {2}!!|rlm[ki]_/m);
  expect(await leftBehind()).toEqual([]);
});

test('interrupted in the middle, ends with 130 and leaves nothing behind', async () => {
  const demo = await startDemo(await smallRepository());
  while (!demo.output().includes('session create')) await once(demo.child.stdout ?? demo.child, 'data');
  demo.child.kill('SIGINT');
  expect(await demo.ended).toBe(130);
  expect(demo.output()).toContain('interrupted by SIGINT');
  expect(await leftBehind()).toEqual([]);
});

test('a repository that is not there: says so, fails, and leaves nothing behind', async () => {
  const demo = await startDemo(join(folder(), 'absent'));
  expect(await demo.ended).toBe(1);
  expect(demo.output()).toContain('its path does not exist');
  expect(await leftBehind()).toEqual([]);
});
