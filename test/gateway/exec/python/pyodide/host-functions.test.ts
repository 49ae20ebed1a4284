import { describe, expect, test } from 'vitest';
import { HOST_ERROR_CLASSES } from '../../../../../gateway/exec/python/host-errors.ts';
import { runFullPython } from '../../../../support/full-python.ts';

const py = (...lines: readonly string[]): string => lines.join('\n');

describe('the gateway’s functions', () => {
  test('take arguments by place and by name, and give plain values', async () => {
    const { end, calls, pieces } = await runFullPython(
      py(
        'print("first")',
        'span = read_span("src/a.py", 1, end_line=3)',
        'found = search("x", k=5)',
        'query(text="y", scope=".")',
        '[span["content"], [f["n"] for f in found], list_files(patterns=["*.py"])]',
      ),
      {
        onHostCall: ({ name }) => {
          const values = {
            read_span: { content: 'é\n' },
            search: [{ n: 1 }, { n: 2 }],
            query: [],
            list_files: ['a'],
          };
          return { ok: true, value: values[name] };
        },
      },
    );
    expect(end).toEqual({ kind: 'completed', result: ['é\n', [1, 2], ['a']] });
    expect(pieces[0]?.text).toBe('first\n');
    expect(calls).toEqual([
      expect.objectContaining({ name: 'read_span', args: ['src/a.py', 1], named: { end_line: 3 } }),
      expect.objectContaining({ name: 'search', args: ['x'], named: { k: 5 } }),
      expect.objectContaining({ name: 'query', args: [], named: { text: 'y', scope: '.' } }),
      expect.objectContaining({ name: 'list_files', args: [], named: { patterns: ['*.py'] } }),
    ]);
  });

  test('raise what Python would for the like', async () => {
    const codes = [...HOST_ERROR_CLASSES.keys(), 'BUDGET_EXCEEDED'];
    const { end } = await runFullPython(
      py(
        `codes = ${JSON.stringify(codes)}`,
        'raised = []',
        'for code in codes:',
        '    try: search(code)',
        '    except Exception as error: raised.append([type(error).__name__, str(error)])',
        'raised',
      ),
      { onHostCall: ({ args }) => ({ ok: false, code: String(args[0]), message: 'A sentence.' }) },
    );
    expect(end).toEqual({
      kind: 'completed',
      result: codes.map((code) => [HOST_ERROR_CLASSES.get(code) ?? 'RuntimeError', `${code}: A sentence.`]),
    });
  });

  test('a failure that nobody catches is the program’s error', async () => {
    const { end } = await runFullPython('def f(): return read_span("a", 1, 2)\nf()', {
      onHostCall: () => ({ ok: false, code: 'NOT_FOUND', message: 'No such file.' }),
    });
    expect(end).toMatchObject({
      kind: 'raised',
      type: 'FileNotFoundError',
      message: 'NOT_FOUND: No such file.',
      line: 1,
      traceback: expect.not.stringContaining('sandbox'),
    });
  });

  test('what can’t be sent is refused before it is', async () => {
    const { end, calls } = await runFullPython(
      py(
        'a = []',
        'a.append(a)',
        'raised = []',
        'for value in [2**60, float("nan"), {1: 2}, object(), a, "x" * 100_000, b"x"]:',
        '    try: search(value)',
        '    except (TypeError, ValueError) as error: raised.append(type(error).__name__)',
        'try: search(*range(11))',
        'except TypeError: raised.append("many")',
        'raised',
      ),
    );
    expect(end).toEqual({
      kind: 'completed',
      result: [
        'ValueError',
        'ValueError',
        'TypeError',
        'TypeError',
        'ValueError',
        'ValueError',
        'TypeError',
        'many',
      ],
    });
    expect(calls).toEqual([]);
  });

  test('a large answer comes whole', async () => {
    const value = Array.from({ length: 40_000 }, (_, n) => `src/some/folder/of/a/repository/file-${n}.ts`);
    const { end } = await runFullPython('files = list_files()\n[len(files), files[-1]]', {
      onHostCall: () => ({ ok: true, value }),
    });
    expect(end).toEqual({ kind: 'completed', result: [40_000, value[39_999]] });
  });
});
