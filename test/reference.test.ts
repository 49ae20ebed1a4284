import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { REFERENCE_PAGES } from '../scripts/reference.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

it.each(REFERENCE_PAGES)('$file says what the code says (run: node scripts/reference.ts)', async (page) => {
  expect(await readFile(join(ROOT, page.file), 'utf8')).toBe(await page.render());
});
