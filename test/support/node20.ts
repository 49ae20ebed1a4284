import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const FOLDER = fileURLToPath(new URL('../node20/', import.meta.url));
// Not by node_modules/.bin: npm 9 makes no link there for a package that brings "node".
const NODE = `${FOLDER}node_modules/node-${process.platform}-${process.arch}/bin/node`;

/** The path of a Node 20, installed from its own lock file where it is not there yet. */
export async function node20(): Promise<string> {
  await access(NODE).catch(() =>
    promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], { cwd: FOLDER }),
  );
  return NODE;
}
