import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { IsolationLevel } from '../../../../gateway/exec/jail/jail.ts';
import type { DriverReport, DriverRequest } from './jail-driver.ts';

const DRIVER = fileURLToPath(new URL('jail-driver.ts', import.meta.url));
export const HOSTILE = fileURLToPath(new URL('hostile-program.mjs', import.meta.url));
const NOBODY = 65_534;

/** A host's user. Tests that run as root try the others too; those that don't are an ordinary user already. */
export interface User {
  readonly name: string;
  readonly ids: { readonly uid?: number; readonly gid?: number };
}

export const USERS: readonly User[] =
  process.getuid?.() === 0
    ? [
        { name: 'root', ids: {} },
        { name: 'an ordinary user', ids: { uid: NOBODY, gid: NOBODY } },
      ]
    : [{ name: 'an ordinary user', ids: {} }];

export interface Driven {
  readonly driver: ChildProcess;
  readonly report: Promise<DriverReport>;
}

/** Starts a gateway's stand-in as that user. */
export function drive(user: User, request: DriverRequest): Driven {
  const driver = spawn(process.execPath, [DRIVER, JSON.stringify(request)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { SECRET: 'of the gateway' },
    cwd: '/',
    ...user.ids,
  });
  return { driver, report: reportOf(driver) };
}

function reportOf(driver: ChildProcess): Promise<DriverReport> {
  return new Promise((resolve, reject) => {
    let text = '';
    let complaint = '';
    driver.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const end = text.indexOf('\n');
      // The driver's own line.
      if (end !== -1) resolve(JSON.parse(text.slice(0, end)) as DriverReport);
    });
    driver.stderr?.on('data', (chunk: Buffer) => {
      complaint += chunk.toString('utf8');
    });
    driver.once('close', () => reject(new Error(`the driver ended: ${complaint}`)));
  });
}

/**
 * The hostile program at its worst: on Node without the permission model, and so with nothing but the jail around it.
 * @param path of a copy of it
 */
export const hostile = (
  level: IsolationLevel,
  attack: object,
  path = HOSTILE,
): Pick<DriverRequest, 'level' | 'program'> => ({
  level,
  program: {
    executable: process.execPath,
    args: [path, JSON.stringify(attack)],
    readable: [path],
    env: {},
  },
});

/** What the program said last. @throws where it said nothing */
export function lastSaid(report: DriverReport): Record<string, unknown> {
  const last = report.said.at(-1);
  if (last === undefined) throw new Error(`the program said nothing: ${report.fault}`);
  return JSON.parse(last) as Record<string, unknown>;
}
