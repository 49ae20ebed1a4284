import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import type { Bundle } from './bundles.ts';
import { collectLicences } from './licences.ts';

export const ROOT = join(import.meta.dirname, '..');
export const DIST = join(ROOT, 'dist');

/** Where an executable lies once it is built. */
export const bundlePath = (name: string): string => join(DIST, `${name}.mjs`);

/** Where any bundle does. */
export const outputPath = ({ kind, name }: Bundle): string =>
  kind === 'executable' ? bundlePath(name) : join(DIST, `${name}.js`);

export interface BuiltBundle {
  readonly name: string;
  /** In `dist/`. */
  readonly file: string;
  readonly bytes: number;
  /** False where the very same bytes lay there already. */
  readonly isChanged: boolean;
}

const SHEBANG = '#!/usr/bin/env node\n';

/** CommonJS packages inside an ES module still call `require` for Node's own modules. */
const BANNER = `import { createRequire as createRequireOfBundle } from 'node:module';
const require = createRequireOfBundle(import.meta.url);`;

/** What a script's value is called inside it: a name it does not declare, which the bundler then gives to nothing else. */
const VALUE = 'valueOfScript';

export const hasEntry = (bundle: Bundle): boolean => existsSync(join(ROOT, bundle.entry));

/**
 * Builds one bundle into `dist/`, and the licences of what went into it into a file beside it that ends in `.LEGAL.txt`.
 * The same sources always give the same bytes. Each file is replaced whole, so that a process that starts meanwhile
 * reads the old one or the new one.
 *
 * Names and lines are kept (no minified identifiers, no squeezed whitespace): a stack trace from a user's machine
 * stays readable, and it costs the start-up nothing that can be measured.
 *
 * @throws where something forbidden got into the bundle
 */
export async function buildBundle(bundle: Bundle): Promise<BuiltBundle> {
  const path = outputPath(bundle);
  const result = await build({
    ...optionsOf(bundle),
    target: bundle.target,
    absWorkingDir: ROOT,
    outfile: path,
    bundle: true,
    minifySyntax: true,
    legalComments: 'linked',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  refuseForbidden(bundle, result.metafile);
  const output = (name: string): string => result.outputFiles.find((file) => file.path === name)?.text ?? '';
  const isExecutable = bundle.kind === 'executable';
  const built = output(path);
  // An entry may bring the line itself; esbuild then puts it first.
  const code = isExecutable && !built.startsWith('#!') ? SHEBANG + built : built;
  const legalPath = `${path}.LEGAL.txt`;
  const legal = output(legalPath) + (await collectLicences(ROOT, Object.keys(result.metafile.inputs)));
  const isChanged = await replaceFile(path, code, isExecutable ? 0o755 : 0o644);
  await replaceFile(legalPath, legal, 0o644);
  return { name: bundle.name, file: basename(path), bytes: Buffer.byteLength(code), isChanged };
}

function optionsOf(bundle: Bundle): BuildOptions {
  switch (bundle.kind) {
    case 'executable':
      return {
        entryPoints: [bundle.entry],
        platform: 'node',
        format: 'esm',
        // Where a package has both, its ES modules: UMD wrappers hide their `require` calls from the bundler.
        mainFields: ['module', 'main'],
        external: [...bundle.external],
        // ws looks for optional native helpers in whatever node_modules lies above; nothing is to be loaded from there.
        define: { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' },
        banner: { js: BANNER },
      };
    case 'engine-script':
      return {
        stdin: {
          contents: `import { ${bundle.value} } from './${bundle.entry}'; ${VALUE} = ${bundle.value};`,
          resolveDir: ROOT,
          loader: 'ts',
        },
        // Knows no module of Node's: to import one fails here, not in the engine.
        platform: 'neutral',
        // A module with neither imports nor exports, inside a function of ours. (As a module in the engine, whatever is
        // evaluated next could import it; as esbuild's own `iife`, it would leave its value in a global.)
        format: 'esm',
        banner: { js: `(() => {\n"use strict";\nlet ${VALUE};` },
        footer: { js: `return ${VALUE};\n})();` },
      };
  }
}

function refuseForbidden(bundle: Bundle, metafile: Metafile): void {
  const inputs = Object.keys(metafile.inputs);
  const externals = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  for (const name of bundle.forbidden) {
    const isRoom = name.endsWith('/') && !name.startsWith('@');
    // A package can lie in another one's node_modules too.
    const place = isRoom ? `^${name}` : `(^|/)node_modules/${name.replace(/\/?$/, '/')}`;
    const culprit =
      inputs.find((path) => new RegExp(place).test(path)) ??
      externals.find((path) => path === name || path.startsWith(name.replace(/\/?$/, '/')));
    if (culprit !== undefined) {
      throw new Error(`${bundle.name}: ${name} must not be in it, and ${culprit} is`);
    }
  }
}

/** @returns whether the file's content changed */
async function replaceFile(path: string, text: string, mode: number): Promise<boolean> {
  const present = await readFile(path, 'utf8').catch(() => null);
  if (present === text) {
    await chmod(path, mode);
    return false;
  }
  await mkdir(DIST, { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  await writeFile(draft, text, { mode });
  await chmod(draft, mode);
  await rename(draft, path);
  return true;
}
