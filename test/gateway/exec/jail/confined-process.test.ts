import { once } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { BubblewrapJail } from '../../../../gateway/exec/jail/bubblewrap-jail.ts';
import { LimitsJail } from '../../../../gateway/exec/jail/limits-jail.ts';
import { NamespacesJail } from '../../../../gateway/exec/jail/namespaces-jail.ts';

afterEach(() => void vi.restoreAllMocks());

const program = {
  executable: process.execPath,
  args: ['-e', ''],
  readable: [],
  env: {},
  stdio: ['ignore', 'ignore', 'ignore'],
} as const;

/** By then the kernel may have given its number to somebody else's group, and the gateway may be root. */
test.each([new BubblewrapJail(), new NamespacesJail()])(
  '$level: nobody is signalled by the number of a process that has ended',
  async (jail) => {
    const signals = vi.spyOn(process, 'kill');
    const { child, kill } = jail.spawn(program);
    expect(await once(child, 'exit')).toEqual([0, null]);
    kill();
    expect(signals).not.toHaveBeenCalled();
  },
);

test('limits: what it left in its group ends with it', async () => {
  const leaves = `
    const { spawn } = require('node:child_process');
    const left = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: ['ignore', 'inherit', 'ignore'] });
    left.once('spawn', () => process.exit());`;
  const { child } = new LimitsJail().spawn({
    ...program,
    args: ['-e', leaves],
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.stdout?.resume();
  // The pipe is closed once nobody holds its other end any more.
  expect(await once(child, 'close')).toEqual([0, null]);
});
