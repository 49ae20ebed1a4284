import fc from 'fast-check';
import { type ParseError, parse } from 'jsonc-parser';
import { describe, expect, test } from 'vitest';
import { findEntry, hasContainer, removeEntry, setEntry } from '../../../client/hosts/edit-entry.ts';
import type { EntryPath } from '../../../client/hosts/ide-host.ts';

const PATH: EntryPath = ['mcpServers', 'rlm'];
const ENTRY = {
  type: 'stdio',
  command: '/opt/node',
  args: ['/opt/bridge.mjs', '--workspace', '/w'],
} as const;

function changed(edit: ReturnType<typeof setEntry>): string {
  if (edit.kind !== 'changed') throw new Error(`expected a change, got ${JSON.stringify(edit)}`);
  return edit.text;
}

/** As an IDE would read it. */
function read(text: string): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parse(text.replace('\ufeff', ''), errors, { allowTrailingComma: true });
  if (errors.length > 0) throw new Error(`no longer JSON: ${text}`);
  return JSON.parse(JSON.stringify(value));
}

describe('setEntry', () => {
  test('makes a whole file where there is none', () => {
    expect(JSON.parse(changed(setEntry('', PATH, ENTRY)))).toEqual({ mcpServers: { rlm: ENTRY } });
  });

  test('touches no character of what stands beside it, and leaves comments beside what they are about', () => {
    const text = [
      '{',
      '  // my servers',
      '  "mcpServers": {',
      '    "github": {"command":"gh",   "args":[]}, // keep me here',
      '    /* off */ "other": { "command": "x" } // and me',
      '  }, // end',
      '  "theme": "dark"',
      '}',
      '',
    ].join('\n');
    const after = changed(setEntry(text, PATH, ENTRY)).split('\n');
    const added = after.filter((line) => !text.split('\n').includes(line));
    expect(added[0]).toBe('    /* off */ "other": { "command": "x" }, // and me');
    expect(added[1]).toBe('    "rlm": {');
    expect(after.slice(0, 4)).toEqual(text.split('\n').slice(0, 4));
    expect(after.slice(-4)).toEqual(text.split('\n').slice(-4));
    expect(changed(removeEntry(after.join('\n'), PATH, false))).toBe(text);
  });

  test('keeps byte order mark, line ends and tabs', () => {
    const text = '\ufeff{\r\n\t"mcpServers": {\r\n\t\t"a": {}\r\n\t}\r\n}\r\n';
    const after = changed(setEntry(text, PATH, ENTRY));
    expect(after.startsWith('\ufeff{\r\n\t"mcpServers"')).toBe(true);
    expect(after).toContain('\r\n\t\t"rlm": {\r\n\t\t\t"type": "stdio",\r\n');
    expect(after.replaceAll('\r\n', '')).not.toContain('\n');
  });

  test('a second time changes nothing', () => {
    const after = changed(setEntry('{\n}\n', PATH, ENTRY));
    expect(setEntry(after, PATH, ENTRY)).toEqual({ kind: 'unchanged' });
  });

  test('renews an entry in its place', () => {
    const text = '{\n  "mcpServers": {\n    "rlm": { "command": "old" },\n    "z": 1\n  }\n}\n';
    const after = changed(setEntry(text, PATH, ENTRY));
    expect(Object.keys((read(after) as { mcpServers: object }).mcpServers)).toEqual(['rlm', 'z']);
  });

  test.each([
    ['{"mcpServers": {', 'is not valid JSON'],
    ['{"mcpServers": {}} trailing', 'is not valid JSON'],
    ["{'mcpServers': {}}", 'is not valid JSON'],
    ['[]', 'has another shape than this IDE’s settings'],
    ['null', 'has another shape than this IDE’s settings'],
    ['{"mcpServers": []}', 'has another shape than this IDE’s settings'],
    ['{"mcpServers": null}', 'has another shape than this IDE’s settings'],
    // An IDE takes the last of two, an editor changes the first.
    ['{"mcpServers": {}, "mcpServers": {}}', 'names “mcpServers” twice'],
    ['{"mcpServers": {"rlm": 1, "rlm": 2}}', 'names “rlm” twice'],
  ])('leaves alone what it does not understand: %s', (text, reason) => {
    expect(setEntry(text, PATH, ENTRY)).toEqual({ kind: 'refused', reason });
  });
});

/** JSON or JSONC as people and programs write it: any layout, comments and trailing commas anywhere they may stand. */
const layouts = fc.record({
  indent: fc.constantFrom('', '  ', '    ', '\t'),
  eol: fc.constantFrom('\n', '\r\n'),
  comments: fc.boolean(),
  trailingComma: fc.boolean(),
  isOnOneLine: fc.boolean(),
  bom: fc.constantFrom('', '\ufeff'),
  end: fc.constantFrom('', '\n'),
});

const names = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom('github', '__proto__', 'constructor', 'a"b', '// no comment', 'toString'),
);
const servers = fc.dictionary(names, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4, noNullPrototype: true });
const documents = fc.record({
  before: fc.dictionary(names, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3, noNullPrototype: true }),
  servers: fc.option(servers),
  layout: layouts,
});

type Layout = typeof layouts extends fc.Arbitrary<infer T> ? T : never;

function write(value: unknown, layout: Layout, depth = 0): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value);
  const { indent, eol, comments, trailingComma, isOnOneLine } = layout;
  const entries = Object.entries(value);
  const newLine = isOnOneLine ? ' ' : eol + indent.repeat(depth + 1);
  const lines = entries.map(([name, inner], index) => {
    const note = comments ? (isOnOneLine || index % 2 === 0 ? ' /* , } note */' : ' // , { note') : '';
    const comma = index < entries.length - 1 || trailingComma ? ',' : '';
    return `${newLine}${JSON.stringify(name)}: ${write(inner, layout, depth + 1)}${comma}${note}`;
  });
  return `{${lines.join('')}${isOnOneLine ? ' ' : eol + indent.repeat(depth)}}`;
}

const textOf = ({
  before,
  servers: held,
  layout,
}: typeof documents extends fc.Arbitrary<infer T> ? T : never): string => {
  const { mcpServers: _, ...others } = before;
  const value = held === null ? others : { ...others, mcpServers: held };
  return layout.bom + write(value, layout) + layout.end;
};

describe('for any file that can be read', () => {
  test('setting changes our entry and nothing else, once', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const text = textOf(document);
        fc.pre(findEntry(text, PATH) === undefined);
        const before = read(text) as Record<string, unknown>;
        const after = changed(setEntry(text, PATH, ENTRY));
        const expected = { ...before, mcpServers: { ...(before['mcpServers'] as object), rlm: ENTRY } };
        expect(read(after)).toEqual(expected);
        expect(findEntry(after, PATH)).toEqual(ENTRY);
        expect(setEntry(after, PATH, ENTRY).kind).toBe('unchanged');
        // Every comment is still there, none twice.
        expect(after.match(/note/g)?.length).toBe(text.match(/note/g)?.length);
      }),
      { numRuns: 500 },
    );
  });

  test('removing gives back what was there, to the letter but for an empty container', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const text = textOf(document);
        fc.pre(findEntry(text, PATH) === undefined);
        const had = hasContainer(text, PATH);
        const after = changed(setEntry(text, PATH, ENTRY));
        const back = changed(removeEntry(after, PATH, !had));
        expect(read(back)).toEqual(read(text));
        const isEmpty = /\{\s*\}/.test(text);
        if (!isEmpty && !document.layout.isOnOneLine) expect(back).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test('a text that is cut anywhere is refused or read alike, never spoilt', () => {
    fc.assert(
      fc.property(documents, fc.nat(), (document, cut) => {
        const text = textOf(document);
        const part = text.slice(0, cut % (text.length + 1));
        const edit = setEntry(part, PATH, ENTRY);
        if (edit.kind === 'changed') expect(findEntry(edit.text, PATH)).toEqual(ENTRY);
      }),
      { numRuns: 300 },
    );
  });
});
