import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ID = /\[([A-Z]{2}[0-9]+)\]/g;

/** Rule ids that the documents define: `- **[UP1]** …`. */
function definedIn(document: string): string[] {
  const text = readFileSync(join(ROOT, 'docs', document), 'utf8');
  return [...text.matchAll(/^- \*\*\[([A-Z]{2}[0-9]+)\]\*\*/gm)].map((match) => match[1] ?? '');
}

/** Ids that titles of tests quote. */
function quotedInTests(): Set<string> {
  const quoted = new Set<string>();
  for (const file of readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.test.ts') || file.includes('node_modules')) continue;
    const text = readFileSync(join(ROOT, 'test', file), 'utf8');
    // A title begins with its ids; `each` puts whatever tables before it.
    for (const title of text.matchAll(/['"`]((?:\[[A-Z]{2}[0-9]+\] ?)+)/g)) {
      for (const id of (title[1] ?? '').matchAll(ID)) quoted.add(id[1] ?? '');
    }
  }
  return quoted;
}

describe('rules of the documents and the tests that prove them', () => {
  const defined = ['wire.md', 'contract.md'].flatMap(definedIn);
  const quoted = quotedInTests();

  it('finds both', () => {
    expect(defined.length).toBeGreaterThan(40);
    expect(quoted.size).toBeGreaterThan(10);
  });

  it('no id is defined twice', () => {
    expect(defined.filter((id, index) => defined.indexOf(id) !== index)).toEqual([]);
  });

  it('every rule has a test', () => {
    expect(defined.filter((id) => !quoted.has(id))).toEqual([]);
  });

  it('every quoted id is a rule', () => {
    expect([...quoted].filter((id) => !defined.includes(id)).sort()).toEqual([]);
  });
});
