import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PRLIMIT } from '../../../../gateway/exec/jail/host-tools.ts';
import type { StarvedReport } from './starved-gateway.ts';

const GATEWAY = fileURLToPath(new URL('starved-gateway.ts', import.meta.url));
/** Enough for Node and what it loads, above what it may inherit from whoever tests. */
const descriptors = (): number => Math.max(...readdirSync('/proc/self/fd').map(Number)) + 80;

/** Whoever opens enough connections takes the gateway's last descriptors; programs to be started must not end it then. */
test('a gateway without descriptors refuses to start a sandbox, lives, and starts one when it has some again', async () => {
  const gateway = spawn(PRLIMIT, [`--nofile=${descriptors()}`, process.execPath, GATEWAY], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complaint = '';
  gateway.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  gateway.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString('utf8');
  });
  const [code] = await once(gateway, 'close');
  expect({ code, complaint }).toEqual({ code: 0, complaint: '' });
  // The stand-in's own line.
  const { ends, open, codes, pending } = JSON.parse(said) as StarvedReport;
  for (const level of ['bubblewrap', 'namespaces', 'limits']) {
    expect(ends[`${level} 0`]).toMatch(/too few descriptors are left|EMFILE/);
    expect(ends[`${level} 8`]).toContain('too few descriptors are left');
    expect(ends[`${level} 40`]).toBe('it came up: 0');
  }
  expect(ends['probe 0']).toContain('bubblewrap: ');
  expect(ends['snapshot 0']).toContain('EMFILE');
  // Node keeps what it had opened for a child that it then could not start.
  expect(open[1]).toBe(open[0]);
  expect(codes).toEqual([0, 0, 0]);
  // No timer of a snapshot's that nobody makes any more, and no process.
  expect(pending).toEqual([]);
});
