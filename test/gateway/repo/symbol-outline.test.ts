import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outline } from '../../../gateway/repo/symbol-outline.ts';

const shown = (source: string, path: string): string[] =>
  outline(source, path).map((s) => `${s.symbol} ${s.start_line}-${s.end_line}`);

describe('outline', () => {
  it('reads TypeScript', () => {
    const source = [
      "import x from 'x';",
      '',
      '/** Why. */',
      'export function first(',
      '  a: string,',
      '): void {',
      '  if (a) {',
      '  }',
      '}',
      '',
      'export class Second {',
      '  run() {',
      '  }',
      '}',
      'const third = () => {',
      '};',
      'call();',
    ].join('\n');
    expect(shown(source, 'a.ts')).toEqual(['first 3-9', 'Second 11-14', 'third 15-16']);
  });

  it('reads Python', () => {
    const source =
      'import x\n\n@wraps\ndef one(a):\n    return 1\n\n\nclass Two:\n    def m(self):\n        pass\n\nx = 1\n';
    expect(shown(source, 'a.py')).toEqual(['one 3-5', 'Two 8-10']);
  });

  it('reads C, Go, Java and Rust', () => {
    expect(
      shown('#include <x>\nstatic int\nmain(int a)\n{\n  return 0;\n}\nint two(void) {\n}\n', 'a.c'),
    ).toEqual(['main 3-6', 'two 7-8']);
    expect(
      shown(
        'package a\n\n// Run runs.\nfunc (s *S) Run() error {\n\treturn nil\n}\n\ntype T struct {\n\tX int\n}\n',
        'a.go',
      ),
    ).toEqual(['Run 3-6', 'T 8-10']);
    expect(shown('package a;\n@X\npublic final class A {\n  void m() {\n  }\n}\n', 'A.java')).toEqual([
      'A 2-6',
    ]);
    expect(
      shown('use x;\n#[derive(X)]\npub struct A {\n  b: u8,\n}\nimpl A {\n  pub fn c() {}\n}\n', 'a.rs'),
    ).toEqual(['A 2-5', 'A 6-8']);
  });

  it('opens what is too long for a chunk', () => {
    const method = (name: string): string => `  ${name}() {\n${'    x();\n'.repeat(150)}  }\n`;
    const source = `export class Big {\n  #a = 1;\n${method('one')}${method('two')}}\n`;
    expect(shown(source, 'a.ts')).toEqual(['Big 1-2', 'Big.one 3-154', 'Big.two 155-306']);
  });

  it('knows nothing of other files', () => {
    expect(outline('def x():\n', 'a.txt')).toEqual([]);
    expect(outline('', 'a.ts')).toEqual([]);
  });

  it('gives ordered, disjoint ranges inside the file, whatever the text', () => {
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
      'x',
      'impl E {',
      '  }',
      'fn f() {',
      ')',
    );
    const extension = fc.constantFrom('ts', 'py', 'c', 'go', 'java', 'rs', 'rb', 'sh');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 600 }), extension, (lines, end) => {
        let next = 1;
        for (const symbol of outline(lines, `a.${end}`)) {
          expect(symbol.start_line).toBeGreaterThanOrEqual(next);
          expect(symbol.end_line).toBeGreaterThanOrEqual(symbol.start_line);
          next = symbol.end_line + 1;
        }
        expect(next).toBeLessThanOrEqual(lines.length + 1);
      }),
    );
  });

  it('takes no unusual number of steps on hostile lines', () => {
    const hostile = [
      'a '.repeat(50_000),
      'const '.repeat(9_000),
      `x${'('.repeat(9_000)}`,
      `impl <${'<'.repeat(9_000)}`,
    ];
    const lines = Array.from({ length: 20_000 }, (_, i) => `${' '.repeat(i % 300)}${hostile[i % 4]}`);
    for (const end of ['ts', 'py', 'c', 'go', 'java', 'rs', 'rb', 'sh']) outline(lines, `a.${end}`);
  });
});
