import { spawnSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeGuestProgram } from '../../../../gateway/exec/guests/node-program.ts';
import { useTemporaryFolder } from '../../../support/temporary-folder.ts';

/** Without any jail: what Node itself keeps a guest from. */
const folder = useTemporaryFolder();

interface Options {
  readonly readable?: readonly string[];
  readonly flags?: readonly string[];
}

/** Runs a guest of this text, and gives what it printed. */
async function guest(text: string, { readable = [], ...options }: Options = {}): Promise<string> {
  const script = join(folder(), 'guest.mjs');
  await writeFile(
    script,
    `const tried = (run) => { try { run(); return 'done'; } catch (error) { return error.code ?? error.name; } };
${text}`,
  );
  const program = nodeGuestProgram({ script, readable, ...options });
  const { stdout, stderr } = spawnSync(program.executable, program.args, {
    env: program.env,
    encoding: 'utf8',
  });
  return `${stdout}${stderr}`.trim();
}

const print = (expression: string): string =>
  `import fs from 'node:fs'; console.log(JSON.stringify(${expression}));`;

test('reads its own files and folders, and no other', async () => {
  await mkdir(join(folder(), 'library', 'deep'), { recursive: true });
  await writeFile(join(folder(), 'library', 'deep', 'file'), 'text');
  await writeFile(join(folder(), 'library-of-others'), 'text');
  const paths = ['library/deep/file', 'library-of-others', 'guest.mjs'].map((name) => join(folder(), name));
  const expression = `${JSON.stringify([...paths, '/etc/passwd'])}.map((path) => tried(() => fs.readFileSync(path)))`;
  expect(await guest(print(expression), { readable: [join(folder(), 'library')] })).toBe(
    '["done","ERR_ACCESS_DENIED","done","ERR_ACCESS_DENIED"]',
  );
});

test('writes nothing, starts nothing, opens nothing to look into', async () => {
  const expression = `[
    () => fs.writeFileSync(${JSON.stringify(join(folder(), 'planted'))}, 'x'),
    () => process.getBuiltinModule('child_process').spawnSync('/bin/true').error && undefined,
    () => new (process.getBuiltinModule('worker_threads').Worker)('1', { eval: true }),
    () => process.dlopen({ exports: {} }, '/lib/x.node'),
    () => process.getBuiltinModule('inspector').open(0),
    () => process.binding('fs'),
  ].map(tried)`;
  expect(JSON.parse(await guest(print(expression)))).toEqual([
    'ERR_ACCESS_DENIED',
    'ERR_ACCESS_DENIED',
    'ERR_ACCESS_DENIED',
    'ERR_DLOPEN_DISABLED',
    'ERR_ACCESS_DENIED',
    'ERR_ACCESS_DENIED',
  ]);
});

test('makes no code out of text, and has no side doors', async () => {
  const expression = `[
    () => Function('return 1')(),
    () => (0, eval)('1'),
    () => (async () => {}).constructor('return 1'),
    () => ({}).__proto__,
    () => WebSocket,
    () => { if (!process.getBuiltinModule('sqlite')) throw new ReferenceError(); },
    () => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
  ].map(tried)`;
  expect(JSON.parse(await guest(print(expression)))).toEqual([
    'EvalError',
    'EvalError',
    'EvalError',
    'ERR_PROTO_ACCESS',
    'ReferenceError',
    'ReferenceError',
    'done',
  ]);
});

test('an empty environment, and flags of the guest’s own', async () => {
  const text = `import v8 from 'node:v8'; console.log(JSON.stringify([process.env, v8.getHeapStatistics().heap_size_limit < 400e6]));`;
  expect(await guest(text, { flags: ['--max-old-space-size=32'] })).toBe('[{},true]');
});

test('a script behind a link is run by its real name', async () => {
  await writeFile(join(folder(), 'real.mjs'), 'console.log(import.meta.filename)');
  await symlink(join(folder(), 'real.mjs'), join(folder(), 'link.mjs'));
  const program = nodeGuestProgram({ script: join(folder(), 'link.mjs'), readable: [] });
  const { stdout } = spawnSync(program.executable, program.args, { env: {}, encoding: 'utf8' });
  expect(stdout.trim()).toBe(join(folder(), 'real.mjs'));
});

test('refuses a path that would let it read more than it says', async () => {
  const script = join(folder(), 'guest.mjs');
  await writeFile(script, '');
  await writeFile(join(folder(), 'all*'), '');
  for (const path of [join(folder(), 'all*'), `${folder()}/`, '.']) {
    expect(() => nodeGuestProgram({ script, readable: [path] })).toThrow(TypeError);
  }
  expect(() => nodeGuestProgram({ script, readable: [join(folder(), 'absent')] })).toThrow('ENOENT');
});
