import { join } from 'node:path';
import { expect, test } from 'vitest';
import { put } from '../../support/host-environment.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';
import { errorCodeOf, jsonOf, runClient } from '../client-process.ts';

const home = useTemporaryFolder();

test('a thin workspace: says so, exit 0', async () => {
  await put(join(home(), 'shop', 'notes.md'), '# Notes\n');
  const run = await runClient(['verify', 'shop'], { home: home() });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.stdout).toContain('Thin: 1 file in');
});

test('anything else: lists each file with its reason, exit 5', async () => {
  await put(join(home(), 'shop', 'a.py'), 'x');
  await put(join(home(), 'shop', 'evil\u001b[2J.py'), 'x');
  const run = await runClient(['verify', 'shop'], { home: home() });
  expect(run.code).toBe(5);
  expect(run.stdout).toContain('a.py');
  expect(run.stdout).toContain('evil\\u{1b}[2J.py');
  expect(run.stdout).not.toContain('\u001b');
  expect(run.stderr).toContain('is not a thin workspace: 2 things do not belong in it.');
  const json = await runClient(['verify', 'shop', '--json'], { home: home() });
  expect([json.code, errorCodeOf(json)]).toEqual([5, 'CHECK_FAILED']);
  expect(jsonOf(json)).toMatchObject({
    is_thin: false,
    findings: [{ path: 'a.py', severity: 'offence', reason: 'not-allowed' }, { reason: 'not-allowed' }],
  });
});

test('a folder that is not there, and a file: wrong usage', async () => {
  await put(join(home(), 'file'), 'x');
  for (const dir of ['nowhere', 'file']) {
    const run = await runClient(['verify', dir, '--json'], { home: home() });
    expect([run.code, errorCodeOf(run)]).toEqual([2, 'USAGE']);
  }
});
