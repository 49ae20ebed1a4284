import { readdir, readFile } from 'node:fs/promises';

/** Processes below one, in any depth; those that have ended and wait to be seen do not count. */
export async function descendantsOf(pid: number): Promise<readonly number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const found = await Promise.all(
    tasks.map(async (task) => {
      const children = await readFile(`/proc/${pid}/task/${task}/children`, 'latin1').catch(() => '');
      const pids = children.split(' ').filter(Boolean).map(Number);
      const below = await Promise.all(
        pids.map(async (child) => ((await isAlive(child)) ? [child, ...(await descendantsOf(child))] : [])),
      );
      return below.flat();
    }),
  );
  return found.flat();
}

/** Whether there is such a process, and it runs. */
export async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return status !== '' && !/^\d+ \(.*\) [ZX] /s.test(status);
}
