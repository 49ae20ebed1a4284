import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { VERSION } from '../shared/version.ts';
import { readModuleImports } from './support/module-imports.ts';
import { ROOT, readSource, repositoryFiles } from './support/source-tree.ts';

/**
 * The map of docs/architecture.md, enforced: which room may import which, and which library belongs to which room.
 * All lists are typed here, so that a new room, a new edge or a new library is a change someone makes on purpose.
 */
const ROOMS = [
  'bridge/relay',
  'bridge/stdio',
  'bridge/uplink',
  'client/commands',
  'client/enrolment',
  'client/hosts',
  'client/keys',
  'client/login',
  'client/probe',
  'client/thinness',
  'client/workspace',
  'gateway/access',
  'gateway/admin',
  'gateway/exec',
  'gateway/mcp',
  'gateway/provenance',
  'gateway/repo',
  'gateway/serve',
  'gateway/sessions',
  'gateway/store',
  'gateway/streams',
  'gateway/telemetry',
  'gateway/tools',
  'shared/errors',
  'shared/frames',
  'shared/jsonrpc',
  'shared/keys',
  'shared/local',
  'shared/signatures',
  'shared/terminal',
];

/** Floors of the gateway, lowest first: a room imports from lower floors only. */
const GATEWAY_FLOORS = [
  ['store', 'telemetry'],
  ['access', 'exec', 'provenance', 'repo', 'sessions'],
  ['tools'],
  ['mcp'],
  ['streams'],
  ['serve', 'admin'],
];

/** Edges between rooms of one floor, each with its reason. */
const SIDEWAYS = [
  // The command `serve` starts what the room of that name wires together.
  'gateway/admin -> gateway/serve',
];

/** The rooms where each library may be imported; `client` stands for all of it, `client/main.ts` for that file. */
const LIBRARY_ROOMS: Readonly<Record<string, readonly string[]>> = {
  '@hono/node-server': ['gateway/serve'],
  '@modelcontextprotocol/server': ['gateway/mcp', 'gateway/streams'],
  '@peculiar/x509': ['gateway/admin'],
  '@vscode/ripgrep': ['gateway/repo'],
  'better-sqlite3': ['gateway/store', 'gateway/repo/index'],
  commander: ['shared/terminal', 'client', 'gateway/admin'],
  hono: ['gateway/serve'],
  'jsonc-parser': ['client/hosts'],
  keytar: ['shared/local'],
  kysely: ['gateway/store', 'gateway/access', 'gateway/provenance', 'gateway/sessions'],
  pino: ['gateway/telemetry'],
  pyodide: ['gateway/exec'],
  'quickjs-wasi': ['gateway/exec'],
  'reflect-metadata': ['gateway/admin'],
  'structured-headers': ['shared/signatures'],
  tweetnacl: ['shared/keys'],
  ws: ['bridge/uplink', 'gateway/streams'],
  zod: ['client', 'gateway/exec', 'gateway/mcp', 'gateway/serve', 'gateway/tools'],
};

/** Files that hand something to a library that looks for it in the process's environment and nowhere else. */
const ENVIRONMENT_OF_LIBRARIES = [
  // libsecret finds the session bus by DBUS_SESSION_BUS_ADDRESS, which IDEs strip.
  'shared/local/keychain.ts',
];

/** Files that import by a path they are handed. */
const COMPUTED_IMPORTS = [
  // The interpreter, from the one folder that the guest's jail shows it.
  'gateway/exec/python/pyodide/guest.ts',
];

/** Where programs stand as text, with imports that are nobody's. */
const PROGRAM_TEXTS = ['test/gateway/exec/attacks', 'test/gateway/exec/programs'];

/** Folders that every Linux machine has. */
const EVERYWHERE = /^\/(bin|dev|etc|home|lib|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)?$/;

const PARTS = ['bridge', 'client', 'gateway', 'shared'];
const BUILTIN = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));

interface SourceModule {
  readonly path: string;
  /** `gateway/repo`; of a file outside any room, its own path. */
  readonly room: string;
  readonly part: string;
  /** Repository paths of imported modules of ours. */
  readonly own: readonly string[];
  readonly libraries: readonly string[];
  readonly hasComputed: boolean;
}

const files = repositoryFiles();
const modules = files
  .filter((path) => /\.(ts|mts|cts|js|mjs|cjs)$/.test(path) && path.includes('/'))
  .map(readModule);
const product = modules.filter(({ part }) => PARTS.includes(part));

function readModule(path: string): SourceModule {
  const { specifiers, hasComputed } = readModuleImports(readSource(path));
  const isOwn = (specifier: string): boolean => /^\.{0,2}\//.test(specifier);
  const libraries = specifiers.filter((specifier) => !isOwn(specifier)).map(libraryOf);
  return {
    path,
    room: roomOf(path),
    part: path.split('/')[0] ?? '',
    own: specifiers.filter(isOwn).map((specifier) => posix.join(posix.dirname(path), specifier)),
    libraries: libraries.filter((name) => !BUILTIN.has(name)),
    hasComputed,
  };
}

function roomOf(path: string): string {
  const [part = '', room = '', ...rest] = path.split('/');
  return rest.length === 0 ? path : `${part}/${room}`;
}

/** `@scope/name` of `@scope/name/sub/path`; Node's own modules whole. */
function libraryOf(specifier: string): string {
  if (BUILTIN.has(specifier)) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** All edges of the product that `isWrong` objects to, as `file -> file`. */
const wrongEdges = (isWrong: (from: SourceModule, to: string) => boolean): readonly string[] =>
  product.flatMap((module) =>
    module.own.filter((to) => isWrong(module, to)).map((to) => `${module.path} -> ${to}`),
  );

const isUnder = (path: string, place: string): boolean => path === place || path.startsWith(`${place}/`);

describe('the walk', () => {
  test('found every room, and no room that is not in the list', () => {
    const found = new Set(product.map(({ room }) => room).filter((room) => !room.endsWith('.ts')));
    expect([...found].sort()).toEqual(ROOMS);
  });

  test('read the imports of each room', () => {
    const reading = new Set(
      product.filter(({ own, libraries }) => own.length + libraries.length > 0).map(({ room }) => room),
    );
    // Knows nothing of the rest, by design.
    const silent = ['shared/jsonrpc'];
    expect(ROOMS.filter((room) => !reading.has(room))).toEqual(silent);
  });

  test('each import of ours leads to a file', () => {
    expect(wrongEdges((_, to) => !files.includes(to))).toEqual([]);
  });

  test.each([
    ["import 'ws';", ['ws']],
    ["import ws from 'ws';", ['ws']],
    ["import type { A } from 'ws';", ['ws']],
    ["import {\n  a,\n  type B,\n} from 'ws';", ['ws']],
    ["import * as a from 'ws';\nimport b from 'zod';", ['ws', 'zod']],
    ["export { a } from 'ws';", ['ws']],
    ["export * from 'ws';", ['ws']],
    ["export type * from 'ws';", ['ws']],
    ["const a = await import('ws');", ['ws']],
    ["let a: import('ws').A;", ['ws']],
    ["const a = require('ws');", ['ws']],
    ["export const a = Buffer.from('x');\nconst url = 'https://a/**/b';\nimport b from 'zod';", ['zod']],
  ])('reads %j', (source, specifiers) => {
    expect(readModuleImports(source)).toEqual({ specifiers, hasComputed: false });
  });

  test.each(['await import(name);', 'require(`a`);', 'await import("ws"); await import(name);'])(
    'distrusts %j',
    (source) => {
      expect(readModuleImports(source).hasComputed).toBe(true);
    },
  );
});

describe('imports run one way', () => {
  test('shared imports nothing but shared', () => {
    expect(wrongEdges(({ part }, to) => part === 'shared' && !isUnder(to, 'shared'))).toEqual([]);
  });

  test('bridge, client and gateway import only themselves and shared', () => {
    const isStranger = ({ part }: SourceModule, to: string): boolean =>
      !isUnder(to, part) && !isUnder(to, 'shared');
    expect(wrongEdges(isStranger)).toEqual([]);
  });

  test('shared/local belongs to the IDE host: the gateway never touches a keychain', () => {
    expect(wrongEdges(({ part }, to) => part === 'gateway' && isUnder(to, 'shared/local'))).toEqual([]);
  });

  test('what both ends agree on does not lean on shared/local or shared/terminal', () => {
    const upper = ['shared/local', 'shared/terminal'];
    const leans = ({ part, room }: SourceModule, to: string): boolean =>
      part === 'shared' && upper.includes(roomOf(to)) && room !== roomOf(to);
    expect(wrongEdges(leans)).toEqual([]);
  });

  test('inside the gateway a room imports from lower floors only', () => {
    const floor = (room: string): number =>
      GATEWAY_FLOORS.findIndex((rooms) => rooms.includes(room.replace('gateway/', '')));
    const climbs = ({ part, room, path }: SourceModule, to: string): boolean => {
      if (part !== 'gateway' || path === 'gateway/main.ts' || !isUnder(to, 'gateway')) return false;
      if (room === roomOf(to) || SIDEWAYS.includes(`${room} -> ${roomOf(to)}`)) return false;
      return floor(roomOf(to)) === -1 || floor(room) <= floor(roomOf(to));
    };
    expect(wrongEdges(climbs)).toEqual([]);
  });

  test('nothing imports a main.ts, or the tests, benchmarks and scripts', () => {
    expect(wrongEdges((_, to) => to.endsWith('main.ts') || /^(test|bench|scripts)\//.test(to))).toEqual([]);
    const tests = modules.filter(({ part }) => part === 'scripts').flatMap(({ own }) => own);
    expect(tests.filter((to) => /^(test|bench)\//.test(to))).toEqual([]);
  });

  test('no import is computed, and none goes round the list by createRequire', () => {
    const computing = product.filter(({ hasComputed }) => hasComputed).map(({ path }) => path);
    expect(computing).toEqual(COMPUTED_IMPORTS);
    const detours = product.filter(({ path }) => readSource(path).includes('createRequire'));
    expect(detours.map(({ path }) => path)).toEqual([]);
  });
});

describe('libraries', () => {
  const manifest = JSON.parse(readSource('package.json'));
  const edges = product.flatMap((module) => module.libraries.map((library) => ({ module, library })));

  test('each is imported in its own rooms only', () => {
    const strays = edges.filter(
      ({ module, library }) => !LIBRARY_ROOMS[library]?.some((place) => isUnder(module.path, place)),
    );
    expect(strays.map(({ module, library }) => `${module.path} -> ${library}`)).toEqual([]);
  });

  test('each room of the list still uses it', () => {
    const grants = Object.entries(LIBRARY_ROOMS).flatMap(([library, places]) =>
      places.map((place) => ({ library, place })),
    );
    const idle = grants.filter(
      ({ library, place }) =>
        !edges.some((edge) => edge.library === library && isUnder(edge.module.path, place)),
    );
    expect(idle.map(({ library, place }) => `${place} -> ${library}`)).toEqual([]);
  });

  test('what the product imports is a dependency, and every dependency is imported', () => {
    expect(Object.keys(LIBRARY_ROOMS).sort()).toEqual(Object.keys(manifest.dependencies).sort());
  });

  test('what tests, benchmarks and scripts import is declared too', () => {
    const declared = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)];
    const strays = modules
      .filter(
        ({ part, path }) => !PARTS.includes(part) && !PROGRAM_TEXTS.some((place) => isUnder(path, place)),
      )
      .flatMap(({ path, libraries }) =>
        libraries.filter((name) => !declared.includes(name)).map((name) => `${path} -> ${name}`),
      );
    expect(strays).toEqual([]);
  });
});

describe('the process around a module', () => {
  test('arguments and environment are read where the parts are wired together, and nowhere else', () => {
    const mayRead = (path: string): boolean =>
      path.endsWith('/main.ts') || isUnder(path, 'gateway/serve') || ENVIRONMENT_OF_LIBRARIES.includes(path);
    const readers = product.filter(
      ({ path }) => !mayRead(path) && /\bprocess\.(env|argv)\b/.test(readSource(path)),
    );
    expect(readers.map(({ path }) => path)).toEqual([]);
  });

  test('no drawer for oddments, no thought left unfinished', () => {
    const drawers = /(^|\/)(utils?|helpers?|common|misc)(\.|\/)/;
    expect(modules.filter(({ path }) => drawers.test(path)).map(({ path }) => path)).toEqual([]);
    const unfinished = new RegExp(`\\b(${['TO', 'DO'].join('')}|FIX${'ME'})\\b`);
    expect(modules.filter(({ path }) => unfinished.test(readSource(path))).map(({ path }) => path)).toEqual(
      [],
    );
  });
});

describe('the repository', () => {
  const lock = JSON.parse(readSource('package-lock.json'));
  const texts = files.map((path) => ({ path, text: readSource(path) }));

  test('carries one version', () => {
    expect(JSON.parse(readSource('package.json')).version).toBe(VERSION);
    expect(lock.version).toBe(VERSION);
  });

  test('names no package registry: each machine has its own', () => {
    // Put together here, so that this file does not name one either.
    const hosts = ['registry.npmjs', 'registry.yarnpkg', 'npm.pkg.github'].map(
      (host) => new RegExp(`${host}\\.`),
    );
    const naming = texts.filter(({ text }) => hosts.some((host) => host.test(text)));
    expect(naming.map(({ path }) => path)).toEqual([]);
  });

  test('locks packages by their content, not by an address', () => {
    const packages: Record<
      string,
      { os?: string[]; libc?: string[]; resolved?: string; integrity?: string }
    > = lock.packages;
    const all = Object.entries(packages).filter(([path]) => path !== '');
    expect(all.length).toBeGreaterThan(100);
    expect(all.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
    // Packages for systems that the repository's own Node does not run on are never installed.
    const installed = all.filter(
      ([, { os, libc }]) => os?.includes('linux') !== false && !libc?.includes('musl'),
    );
    expect(installed.filter(([, { integrity }]) => !integrity).map(([path]) => path)).toEqual([]);
  });

  test('names no path of the machine it was written on', () => {
    // What lies beside this checkout is this machine's too, unless it lies in a folder that every machine has.
    const parent = dirname(ROOT);
    const home = `${EVERYWHERE.test(parent) ? ROOT : parent}/`;
    const absolutePath = /(?<![\w.)\]}-])\/[\w.@-]+(?:\/[\w.@-]+)+/g;
    const naming = texts.flatMap(({ path, text }) =>
      (text.match(absolutePath) ?? [])
        .filter((found) => found.startsWith(home) && existsSync(found.replace(/\.+$/, '')))
        .map((found) => `${path}: ${found}`),
    );
    expect(naming).toEqual([]);
  });
});
