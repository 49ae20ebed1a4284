import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i;
const PACKAGE = /^((?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+))\//;

/**
 * The licence files of all packages that the given inputs of a bundle come from, as one text: most packages carry
 * their terms in a file of their own, which esbuild's legal comments don't see.
 * @param inputs paths relative to `root`, as in esbuild's metafile
 * @throws where a package has no licence file: it then can't be shipped
 */
export async function collectLicences(root: string, inputs: readonly string[]): Promise<string> {
  const folders = new Map<string, string>();
  for (const input of inputs) {
    const [, folder, name] = PACKAGE.exec(input) ?? [];
    if (folder !== undefined && name !== undefined) folders.set(folder, name);
  }
  const sections: string[] = [];
  for (const [folder, name] of [...folders].sort()) {
    const files = (await readdir(join(root, folder))).filter((file) => LICENCE_FILE.test(file)).sort();
    if (files.length === 0) throw new Error(`${name} is bundled, and has no licence file to keep`);
    const texts = await Promise.all(files.map((file) => readFile(join(root, folder, file), 'utf8')));
    sections.push(`\n${name}\n${'='.repeat(name.length)}\n\n${texts.join('\n').trim()}\n`);
  }
  return sections.join('\n');
}
