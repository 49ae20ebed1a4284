import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { termsOfChunk } from '../../../../gateway/repo/index/chunk-terms.ts';
import { type Chunk, chunksOf } from '../../../../gateway/repo/index/chunks.ts';
import { roleOf, roleWeight } from '../../../../gateway/repo/index/file-role.ts';

const shown = (source: string, path: string): string[] =>
  chunksOf(source.split('\n'), path).map((chunk) => {
    const name = chunk.parent === '' ? chunk.name : `${chunk.parent}.${chunk.name}`;
    const kind = chunk.kind === 'definition' ? '' : `${chunk.kind} `;
    return `${kind}${name} ${chunk.startLine}-${chunk.endLine}`.replace('  ', ' ');
  });

describe('chunksOf', () => {
  it('reads Python: members of classes, definitions inside conditions, what lies between', () => {
    const source = [
      'import os',
      '',
      '# Says hello.',
      '@wraps',
      'def hello(name,',
      '          loud):',
      '    def inner():',
      '        pass',
      '    return 1',
      '',
      'class Box(Base):',
      '    size = 1',
      '',
      '    def open(self):',
      '        pass',
      '',
      '    async def close(self):',
      '        pass',
      '',
      'try:',
      '    import x',
      'except ImportError:',
      '    def fallback():',
      '        pass',
    ].join('\n');
    expect(shown(source, 'a.py')).toEqual([
      'window 1-2',
      'hello 3-9',
      'Box 11-13',
      'Box.open 14-15',
      'Box.close 17-18',
      'window 19-22',
      'fallback 23-24',
    ]);
  });

  it('reads TypeScript and JavaScript', () => {
    const source = [
      'export class Box {',
      '  #a = 1;',
      '  /** Opens. */',
      '  async open(): Promise<void> {',
      '    if (x) {',
      '    }',
      '  }',
      '  get size(): number {',
      '    return 1;',
      '  }',
      '}',
      '',
      'export const run = async (x: string) => {',
      '};',
      'Box.prototype.shut = function () {',
      '};',
      'module.exports.last = (a) => {',
      '  a();',
      '};',
    ].join('\n');
    const expected = ['Box 1-2', 'Box.open 3-7', 'Box.size 8-10', 'run 13-14', 'shut 15-16', 'last 17-19'];
    for (const path of ['a.ts', 'a.jsx', 'a.mjs']) expect(shown(source, path)).toEqual(expected);
  });

  it('reads what a call wraps', () => {
    const source = '(function () {\n  function one() {\n  }\n\n  function two() {\n    x();\n  }\n})();';
    expect(shown(source, 'a.js')).toEqual(['window 1-1', 'one 2-3', 'two 5-7']);
  });

  it('reads C, with labels and conditions at the margin', () => {
    const source = [
      '#include <x.h>',
      '',
      '/* Adds. */',
      'static int',
      'add(struct a *a,',
      '    int b)',
      '{',
      '\tif (!b)',
      '\t\tgoto out;',
      '#ifdef X',
      '\tb++;',
      '#endif',
      'out:',
      '\treturn b;',
      '}',
      '',
      'struct box {',
      '\tint size;',
      '};',
    ].join('\n');
    expect(shown(source, 'a.c')).toEqual(['window 1-4', 'add 5-15', 'box 17-19']);
  });

  it('reads C++: members in a class and out of it', () => {
    const source =
      'class Box {\n public:\n  int size() const {\n    return 1;\n  }\n};\n\nvoid Box::open(int a) {\n  go();\n}';
    expect(shown(source, 'a.cpp')).toEqual(['Box 1-2', 'Box.size 3-5', 'Box.open 8-10']);
  });

  it('reads Java, C#, Kotlin, Swift and PHP', () => {
    const java =
      'package a;\n\npublic class Box {\n  private int a;\n\n  public int size(int b) {\n    return 1;\n  }\n}';
    expect(shown(java, 'Box.java')).toEqual(['window 1-2', 'Box 3-5', 'Box.size 6-8']);
    expect(shown(java.replace('package', 'namespace'), 'Box.cs')).toContain('Box.size 6-8');
    expect(shown('class Box {\n    fun open(a: Int) {\n        go()\n    }\n}', 'a.kt')).toContain(
      'Box.open 2-4',
    );
    expect(shown('struct Box {\n    func open(a: Int) {\n        go()\n    }\n}', 'a.swift')).toContain(
      'Box.open 2-4',
    );
    expect(
      shown('<?php\nclass Box {\n    public function open($a) {\n        go();\n    }\n}', 'a.php'),
    ).toContain('Box.open 3-5');
  });

  it('reads Go, Rust, Ruby and shell', () => {
    expect(
      shown('package a\n\n// Open opens.\nfunc (b *Box) Open() error {\n\treturn nil\n}', 'a.go'),
    ).toEqual(['window 1-2', 'Open 3-6']);
    expect(shown('impl Box {\n    pub fn open(&self) {\n        go();\n    }\n}', 'a.rs')).toContain(
      'Box.open 2-4',
    );
    expect(shown('class Box\n  def open\n    go\n  end\nend', 'a.rb')).toContain('Box.open 2-4');
    expect(shown('#!/bin/sh\n\nopen_box() {\n  go\n}\n', 'a.sh')).toContain('open_box 3-5');
  });

  it('reads Markdown by its headings, and not those in code', () => {
    const source = '# Box\n\nA box.\n\n## Opening it\n\n```sh\n# not one\n```\n\n## Shutting v1.2\nx';
    expect(shown(source, 'README.md')).toEqual(['Box 1-4', 'Box.Opening it 5-10', 'Box.Shutting v1 2 11-12']);
  });

  it('reads anything else by windows, and lines of constants together', () => {
    const lines = Array.from({ length: 90 }, (_, i) => `line ${i}`);
    expect(shown(lines.join('\n'), 'a.txt')).toEqual(['window 1-40', 'window 41-80', 'window 81-90']);
    const constants = Array.from({ length: 5 }, (_, i) => `const x${i} = ${i};`).join('\n');
    expect(shown(constants, 'a.js')).toEqual(['window 1-5']);
    expect(chunksOf(['', '  ', '}'], 'a.txt')).toEqual([]);
  });

  it('cuts what is longer than one span', () => {
    const source = `def long():\n${'    x()\n'.repeat(449)}`.trimEnd();
    expect(shown(source, 'a.py')).toEqual(['long 1-200', 'part long 201-400', 'part long 401-450']);
  });

  it('gives ordered, disjoint chunks inside the file, whatever the text', () => {
    const line = fc.constantFrom(
      'function a() {',
      '  b() {',
      '}',
      '',
      '  }',
      'class C:',
      '\tdef d(self):',
      '// c',
      '@x',
      'const e = 1;',
      'impl E {',
      'struct f {',
      '# heading',
      '```',
      'out:',
      '#ifdef X',
      ')',
    );
    const extension = fc.constantFrom('ts', 'py', 'c', 'go', 'java', 'rs', 'rb', 'sh', 'md', 'txt');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 500 }), extension, (lines, end) => {
        let next = 1;
        for (const { startLine, endLine } of chunksOf(lines, `a.${end}`)) {
          expect(startLine).toBeGreaterThanOrEqual(next);
          expect(endLine).toBeGreaterThanOrEqual(startLine);
          expect(endLine - startLine).toBeLessThan(200);
          next = endLine + 1;
        }
        expect(next).toBeLessThanOrEqual(lines.length + 1);
      }),
    );
  });

  it('takes no unusual number of steps on hostile files', () => {
    const deeper = Array.from({ length: 20_000 }, (_, i) => `${' '.repeat(i % 390)}class A${i} {`);
    const flat = Array.from({ length: 50_000 }, (_, i) => `struct a${i} {`);
    const long = Array.from({ length: 10 }, () => `${'function a( '.repeat(9_000)}{`);
    for (const lines of [deeper, flat, long]) {
      for (const end of ['ts', 'py', 'c', 'java', 'md']) {
        const chunks = chunksOf(lines, `a.${end}`);
        expect(chunks.length).toBeLessThanOrEqual(4096);
        for (const chunk of chunks.slice(0, 50)) termsOfChunk(chunk, lines, `a.${end}`);
      }
    }
  });
});

describe('termsOfChunk', () => {
  const terms = (source: string, path: string) => {
    const lines = source.split('\n');
    const [chunk] = chunksOf(lines, path);
    return termsOfChunk(chunk as Chunk, lines, path);
  };

  it('puts words where they stand', () => {
    const source =
      '# Why it opens.\ndef open_box(path,\n             mode):\n    """Opens the lid.\n\n    Slowly.\n    """\n    lid = find(path)  # hinge\n';
    expect(terms(source, 'lib/store/big_box.py')).toEqual({
      name: ['open', 'box', 'openbox'],
      place: ['big', 'box', 'bigbox'],
      directory: ['lib', 'store'],
      signature: ['open', 'box', 'openbox', 'path', 'mode'],
      comment: ['open', 'open', 'lid', 'slowli'],
      body: ['lid', 'find', 'path', 'hing'],
    });
  });

  it('takes no directive for a comment', () => {
    const { comment, body } = terms(
      'int open(int a)\n{\n#ifdef LINUX_BOX\n  // the hinge\n  go();\n#endif\n}',
      'a.c',
    );
    expect(comment).toEqual(['hing']);
    expect(body).toEqual(['linux', 'box', 'linuxbox', 'go']);
  });
});

describe('roleOf', () => {
  it.each([
    ['src/box.ts', 'source'],
    ['lib/testing_tools.py', 'source'],
    ['src/box.test.ts', 'test'],
    ['tests/box.py', 'test'],
    ['pkg/test_box.py', 'test'],
    ['src/BoxTest.java', 'test'],
    ['box_test.go', 'test'],
    ['vendor/a/box.go', 'vendored'],
    ['third_party/box.c', 'vendored'],
    ['dist/box.js', 'generated'],
    ['api/box.pb.go', 'generated'],
    ['a/jquery.min.js', 'generated'],
    ['docs/box.md', 'docs'],
    ['README', 'docs'],
    ['examples/box.py', 'example'],
    ['config/box.yaml', 'data'],
  ])('%s is %s', (path, role) => {
    expect(roleOf(path)).toBe(role);
  });

  it('is not held against what was asked for', () => {
    expect(roleWeight('tests/box.py', new Set(['box']))).toBeLessThan(1);
    expect(roleWeight('tests/box.py', new Set(['test', 'box']))).toBe(1);
  });
});
