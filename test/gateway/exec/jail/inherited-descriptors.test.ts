import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ISOLATION_LEVELS } from '../../../../gateway/exec/jail/jail.ts';
import { useTemporaryFolder } from '../../../support/temporary-folder.ts';
import { hostile, lastSaid } from './drive.ts';
import type { DriverReport } from './jail-driver.ts';

const folder = useTemporaryFolder();
const DRIVER = fileURLToPath(new URL('jail-driver.ts', import.meta.url));
/** Beyond those that Node closes by itself when it starts. */
const LEAKED_FD = 60;

test.each(ISOLATION_LEVELS)(
  '%s: what the gateway’s own parent left open stays with the gateway',
  async (level) => {
    const path = join(folder(), 'secret');
    await writeFile(path, 'a secret');
    const fd = openSync(path, 'r');
    const attack = {
      attack: 'survey',
      files: [],
      folders: [],
      writes: [],
      port: 1,
      socket: '/',
      victim: 1,
      killsAll: false,
    };
    const request = { ...hostile(level, attack), ending: 'kill' };
    const stdio = ['ignore', 'pipe', 'ignore', ...Array<'ignore'>(LEAKED_FD - 3).fill('ignore'), fd] as const;
    const driver = spawn(process.execPath, [DRIVER, JSON.stringify(request)], { stdio: [...stdio], env: {} });
    let text = '';
    driver.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    await once(driver, 'close');
    closeSync(fd);
    // The driver's own line.
    const said = lastSaid(JSON.parse(text) as DriverReport);
    expect(JSON.stringify(said['descriptors'])).not.toContain('a secret');
    expect(said['descriptors']).toEqual([0, 1, 2].map((one) => ({ fd: one, kind: 'socket' })));
  },
);
