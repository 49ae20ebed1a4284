import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { librariesOf } from '../../../../gateway/exec/jail/elf-libraries.ts';
import { BUBBLEWRAP } from '../../../../gateway/exec/jail/host-tools.ts';
import { useTemporaryFolder } from '../../../support/temporary-folder.ts';
import { elfProgram } from './elf-program.ts';

const folder = useTemporaryFolder();

/** The loader's own list: what `ldd` prints, from a program that may be run. */
function loaderSays(executable: string): readonly string[] {
  const { stdout } = spawnSync('/usr/bin/ldd', [executable], { encoding: 'utf8' });
  return [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, path]) => realpathSync(path ?? ''));
}

test.each([process.execPath, '/usr/bin/bash', BUBBLEWRAP])('finds what the loader finds: %s', (path) => {
  const found = new Set(librariesOf(path).map((library) => realpathSync(library)));
  expect([...found].sort()).toEqual([...new Set(loaderSays(path))].sort());
});

test('a program without libraries needs none', async () => {
  const path = join(folder(), 'static');
  await writeFile(path, elfProgram('x64', []));
  expect(librariesOf(path)).toEqual([]);
});

test('refuses what is no executable, and one that is cut off', async () => {
  const path = join(folder(), 'script');
  await writeFile(path, `#!/bin/sh\n${' '.repeat(100)}`);
  expect(() => librariesOf(path)).toThrow('no 64-bit ELF file');
  await writeFile(path, '\x7fELF\x02\x01');
  expect(() => librariesOf(path)).toThrow('cut off');
});
