import { describe, expect, it } from 'vitest';
import {
  mayDifferInMonty,
  mayHoldMoreInMonty,
} from '../../../../../gateway/exec/python/monty/known-differences.ts';

describe('a program that the small interpreter is known to answer wrongly', () => {
  it.each([
    'round(x, 2)',
    'round(f(1)[0], ndigits)',
    'print(f"{round(x, 2)}")',
    'sum([0.1] * 10)',
    'sum(float(x) for x in y)',
    'sum(a / b for a, b in c)',
    'import re\nre.split("(,)", x)',
    'import re\np = re.compile(",")\np.split(x)',
    'import itertools\nnext(n for n in itertools.count() if n > 5)',
    'from itertools import cycle\nzip(cycle("ab"), x)',
    'any(search(p) for p in patterns)',
    'any([x, {"a": (read_span(p, 1, 2))}])',
    'any(sum(f(x)) for x in [next(search(y))])',
    'round((a, b)[0], 2)',
    `all(x in (${'0, '.repeat(600)}) and search(x) for x in y)`,
    'next(read_span(p, 1, 2) for p in paths)',
    'hash(1)',
    '"ß".casefold()',
    'x = "\\ud800"',
    'try:\n    f()\nexcept:\n    pass',
    'try:\n    f()\nexcept Exception as error:\n    print(error)',
    'try:\n    f()\nexcept (ValueError, TypeError):\n    pass',
    'try:\n    import csv\nexcept ImportError:\n    csv = None',
    'try:\n    d[1]\nexcept KeyError as error:\n    print(error)',
    'getattr(x, "y", None)',
    'import re\nre.search(r"\\)$", text)',
    'import re\nre.match(r"(a$|b)", text)',
    'import re\nre.sub(",", r"\\n", x)',
    '"ab".center(5)',
    'print(1.05 ** n)',
    'pow(1.1, 10)',
    'x // 0.1',
  ])('%s', (code) => {
    expect(mayDifferInMonty(code)).toBe(true);
  });
});

describe('a program that is as well off there', () => {
  it.each([
    't = 0\nfor i in range(1000): t += i * i\nprint(t)',
    'sum(i * i for i in range(1000))',
    'sum(x) // len(x)',
    'round(x)',
    'round(max(a, b))',
    'round([a, b][0])',
    '(a, round(b), c)',
    'any(x), search(y)',
    '(any)(search(x))',
    'any(sum(x)) / 2',
    '"a,b".split(",")',
    'import re\np = re.compile("a")\nx.split(",")\nx.split()',
    'import re\nre.findall("a", x)',
    'any(x > 1 for x in y)',
    'x = "round(1, 2)" # sum([0.1])',
    'try:\n    int(x)\nexcept ValueError as error:\n    print(error)',
    'import json\ntry:\n    json.loads(x)\nexcept (json.JSONDecodeError, KeyError):\n    pass',
    'import re\nre.findall(r"^a$", x, re.M)',
    'import re\nre.sub(r"\\s+", " ", x)',
    'f(**{"x": 1.5})',
    '2 ** 100',
    'count = 1\ncount += 1',
    '',
  ])('%s', (code) => {
    expect(mayDifferInMonty(code)).toBe(false);
  });

  it('is looked at in no time, however it is made', () => {
    const from = performance.now();
    for (const code of [
      'round('.repeat(200_000),
      'any(sum('.repeat(200_000),
      'any(x,'.repeat(200_000),
      `re ${'a.split(b\n'.repeat(50_000)}`,
    ])
      mayDifferInMonty(code);
    // A guard against a square: what is in proportion takes a twentieth of it.
    expect(performance.now() - from).toBeLessThan(20_000);
  });
});

describe('a program that may hold more in Monty than in Python', () => {
  it.each([
    'sum(i for i in range(10**9))',
    'max(map(len, lines))',
    'for a, b in zip(x, y): pass',
    'import itertools',
  ])('%s', (code) => {
    expect(mayHoldMoreInMonty(code)).toBe(true);
  });

  it.each([
    '[i for i in range(10**9)]',
    'for i in x: print(i)',
    '"(i for i in x)"',
    'f({i: 1 for i in x})',
    '',
  ])('not %s', (code) => {
    expect(mayHoldMoreInMonty(code)).toBe(false);
  });
});
