import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import type { Bundle } from './bundles.ts';
import { collectLicences } from './licences.ts';

export const ROOT = join(import.meta.dirname, '..');
export const DIST = join(ROOT, 'dist');

/** Where a bundle lies once it is built. */
export const bundlePath = (name: string): string => join(DIST, `${name}.mjs`);

export interface BuiltBundle {
  readonly name: string;
  readonly bytes: number;
  /** False where the very same bytes lay there already. */
  readonly isChanged: boolean;
}

const SHEBANG = '#!/usr/bin/env node\n';

/** CommonJS packages inside an ES module still call `require` for Node's own modules. */
const BANNER = `import { createRequire as createRequireOfBundle } from 'node:module';
const require = createRequireOfBundle(import.meta.url);`;

export const hasEntry = (bundle: Bundle): boolean => existsSync(join(ROOT, bundle.entry));

/**
 * Builds one executable into `dist/NAME.mjs`, and the licences of what went into it into
 * `dist/NAME.mjs.LEGAL.txt`. The same sources always give the same bytes. Each file is replaced whole, so that
 * a process that starts meanwhile reads the old one or the new one.
 *
 * Names and lines are kept (no minified identifiers, no squeezed whitespace): a stack trace from a user's machine
 * stays readable, and it costs the start-up nothing that can be measured.
 *
 * @throws where something forbidden got into the bundle
 */
export async function buildBundle(bundle: Bundle): Promise<BuiltBundle> {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: [bundle.entry],
    outfile: join('dist', `${bundle.name}.mjs`),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: bundle.target,
    // Where a package has both, its ES modules: UMD wrappers hide their `require` calls from the bundler.
    mainFields: ['module', 'main'],
    external: [...bundle.external],
    // ws looks for optional native helpers in whatever node_modules lies above; nothing is to be loaded from there.
    define: { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' },
    minifySyntax: true,
    legalComments: 'linked',
    banner: { js: BANNER },
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  refuseForbidden(bundle, result.metafile);
  const output = (suffix: string): string =>
    result.outputFiles.find(({ path }) => path.endsWith(suffix))?.text ?? '';
  // An entry may bring the line itself; esbuild then puts it first.
  const built = output('.mjs');
  const code = built.startsWith('#!') ? built : SHEBANG + built;
  const legal = output('.LEGAL.txt') + (await collectLicences(ROOT, Object.keys(result.metafile.inputs)));
  const isChanged = await replaceFile(bundlePath(bundle.name), code, 0o755);
  await replaceFile(`${bundlePath(bundle.name)}.LEGAL.txt`, legal, 0o644);
  return { name: bundle.name, bytes: Buffer.byteLength(code), isChanged };
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
