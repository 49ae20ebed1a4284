/**
 * What Monty 0.0.23 answers otherwise than Python, without an error that would tell. Where there is a full tier, a
 * program that mentions one of these belongs there from the start; one taken there for nothing only loses some
 * milliseconds. Found by comparing some hundred programs with CPython 3.13:
 *
 * | program | Monty | Python |
 * |---|---|---|
 * | `round(0.035, 2)` | 0.04 in ways of its own: it rounds `x * 100` | 0.04 or 0.03, by the exact value |
 * | `sum([0.1] * 10)` | 0.9999999999999999 | 1.0 since 3.12 |
 * | `re.split("(,)", x)`, a pattern that matches nothing | separators lost, fewer pieces | kept |
 * | `next(f(x) for x in itertools.count())`, `map(f, cycle(x))` | never ends: generators, `map` and `zip` are lists | ends |
 * | `any(search(x) for x in y)` | all calls | as many as it takes |
 * | `{1: "a", True: "b"}` | the later key stays | the first |
 * | `hash(x)`, `casefold()`, `title()` | of its own | |
 * | `try: math.fsum(x)`, `except Exception:` | what is missing counts as the program's own error | there is nothing missing |
 * | `getattr(math, "fsum", None)`, `hasattr()` | None, False | |
 * | `except KeyError as error: print(error)` of `{}[1]` | `'1'` | `1` |
 * | `re.search("a$", "a\n")`, `\Z` | only at the very end | `$` before a last newline too |
 * | `re.sub(",", r"\n", x)` | a backslash and an n | a newline |
 * | `"ab".center(5)` | the odd blank behind | before |
 * | `1.1 ** 10`, `pow(1.1, 10)`, `1.0 // 0.1`, `divmod()` of floats | off by the last digit; 10.0 | 9.0 |
 * | `"\ud800"` | U+FFFD | a lone surrogate |
 * | `str(type(x))` of an own class, `__context__` | without the module; missing | |
 * | order of a set | as put in | by hash |
 * | `"a\x0cb".splitlines()` | one line | two |
 *
 * The last two can't be told from a program's text, nor can a key's type; they stay. Sets have no order to rely on.
 */
import { type PythonToken, pythonTokens } from '../python-tokens.ts';

/** Names that alone are enough. */
const NAMES: ReadonlySet<string> = new Set(
  'hash casefold title center getattr hasattr __context__ __cause__'.split(' '),
);
/** Functions that count floats in ways of their own. */
const FLOAT_FUNCTIONS: ReadonlySet<string> = new Set(['sum', 'pow', 'divmod']);
/**
 * Errors that Monty raises where Python does. A clause for any other may catch one that is there only because something
 * is missing, and the program would go on as if all were well.
 */
const SAFELY_CAUGHT: ReadonlySet<string> = new Set(
  (
    'ValueError JSONDecodeError UnicodeDecodeError ZeroDivisionError StopIteration AssertionError ' +
    'KeyError IndexError LookupError OSError FileNotFoundError PermissionError'
  ).split(' '),
);
/** Of these, those whose text is another where the key is no string. */
const OWN_TEXT: ReadonlySet<string> = new Set(['KeyError', 'LookupError']);
/** An end in a pattern, unless the program reads line by line. */
const PATTERN_END = /\$["')|]|\\Z/;
const LINE_BY_LINE = /\bre\.M(?:ULTILINE)?\b|\(\?[a-z]*m/;
/** A second argument with an escape that `sub` would have to read. */
const ESCAPE_IN_TEMPLATE = /,\s*(?:[rR]["'][^"'\n]*\\[ntrfva]|["'][^"'\n]*\\\\[ntrfva])/;
/** Whole division by a float. */
const FLOAT_DIVISION = /\/\/\s*\d*\.\d/;
/** What is seen from outside if it is called more often than Python would. */
const EFFECTS: ReadonlySet<string> = new Set(['print', 'read_span', 'search', 'query', 'list_files']);
const ENDLESS: ReadonlySet<string> = new Set(['count', 'cycle', 'repeat']);
const SURROGATE = /\\u[dD][89a-fA-F]/;
const FLOAT_LITERAL = /\d\.|\.\d|\d[eE][+-]?\d/;

/** A function of which the arguments decide, by what is among them. */
interface LookedInto {
  readonly isWanted: (token: PythonToken) => boolean;
  /** Whether what lies within further brackets counts too. */
  readonly isDeep: boolean;
}

/** A call in a generator that the function would stop early. */
const EARLY_STOP: LookedInto = {
  isWanted: ({ kind, text }) => kind === 'name' && EFFECTS.has(text),
  isDeep: true,
};

const LOOKED_INTO: ReadonlyMap<string, LookedInto> = new Map([
  ['round', { isWanted: ({ text }: PythonToken) => text === ',', isDeep: false }],
  ['sum', { isWanted: ({ text }: PythonToken) => text === '/', isDeep: true }],
  ['any', EARLY_STOP],
  ['all', EARLY_STOP],
  ['next', EARLY_STOP],
]);

/** Whether the program mentions something that Monty is known to answer wrongly. */
export function mayDifferInMonty(code: string): boolean {
  if (SURROGATE.test(code) || FLOAT_DIVISION.test(code)) return true;
  const tokens = pythonTokens(code);
  const has = (name: string): boolean => tokens.some(({ kind, text }) => kind === 'name' && text === name);
  const hasFloats = has('float') || FLOAT_LITERAL.test(code);
  const usesPatterns = has('re');
  const usesItertools = has('itertools');
  if (usesPatterns && PATTERN_END.test(code) && !LINE_BY_LINE.test(code)) return true;
  if (usesPatterns && ESCAPE_IN_TEMPLATE.test(code)) return true;
  if (hasWantedArgument(tokens)) return true;
  const compilesPatterns = usesPatterns && has('compile');
  return tokens.some(({ kind, text }, at) => {
    if (hasFloats && isPower(tokens, at)) return true;
    if (kind !== 'name') return false;
    if (text === 'except' && mayCatchWhatIsMissing(tokens, at + 1)) return true;
    if (NAMES.has(text)) return true;
    if (usesPatterns && text === 'split' && isOfPattern(tokens, at, compilesPatterns)) return true;
    if (usesItertools && ENDLESS.has(text)) return true;
    return FLOAT_FUNCTIONS.has(text) && hasFloats;
  });
}

/** At the second star of `x ** y`, which is no `f(**x)`. */
function isPower(tokens: readonly PythonToken[], at: number): boolean {
  if (tokens[at]?.text !== '*' || tokens[at - 1]?.text !== '*') return false;
  const base = tokens[at - 2];
  return base?.kind === 'name' || base?.kind === 'number' || base?.text === ')' || base?.text === ']';
}

/** Behind `except`: whether it names none, one that Monty raises of itself, or one whose text it does not have. */
function mayCatchWhatIsMissing(tokens: readonly PythonToken[], at: number): boolean {
  const names: string[] = [];
  let isBound = false;
  for (let next = at; next < tokens.length; next += 1) {
    const token = tokens[next];
    if (token === undefined || token.text === ':' || token.text === '\n') break;
    if (token.text === 'as') {
      isBound = true;
      break;
    }
    if (token.kind === 'name' && tokens[next + 1]?.text !== '.') names.push(token.text);
  }
  return (
    names.length === 0 ||
    names.some((name) => !SAFELY_CAUGHT.has(name)) ||
    (isBound && names.some((name) => OWN_TEXT.has(name)))
  );
}

/** `re.split`, or `split` of something else by what is no literal, in a program that compiles patterns. */
function isOfPattern(tokens: readonly PythonToken[], at: number, compilesPatterns: boolean): boolean {
  if (tokens[at - 2]?.text === 're') return true;
  const first = tokens[at + 2];
  if (first === undefined || first.kind === 'string' || first.text === ')') return false;
  return compilesPatterns;
}

/**
 * Whether a function that is looked into is called with what is looked for. One pass, however many calls lie inside each
 * other: a bracket knows what is wanted in it and in those around it, of which there are as many kinds as functions.
 */
function hasWantedArgument(tokens: readonly PythonToken[]): boolean {
  /** Of each bracket that is open, the innermost last: what is looked for directly in it, and what in all around it. */
  const open: { readonly here: LookedInto | undefined; readonly around: ReadonlySet<LookedInto> }[] = [];
  for (const [at, token] of tokens.entries()) {
    const inside = open.at(-1);
    if (token.kind === 'mark' && ')]}'.includes(token.text)) {
      open.pop();
      continue;
    }
    if (inside?.here?.isWanted(token) === true) return true;
    for (const wanted of inside?.around ?? []) if (wanted.isWanted(token)) return true;
    if (token.kind !== 'mark' || !'([{'.includes(token.text)) continue;
    const before = token.text === '(' ? tokens[at - 1] : undefined;
    const here = before?.kind === 'name' ? LOOKED_INTO.get(before.text) : undefined;
    const around = inside?.around ?? NOTHING;
    const isNew = here?.isDeep === true && !around.has(here);
    open.push({ here, around: isNew ? new Set([...around, here]) : around });
  }
  return false;
}

const NOTHING: ReadonlySet<LookedInto> = new Set();

/** What Python makes one by one, and Monty all at once. */
const LAZY: ReadonlySet<string> = new Set(['map', 'filter', 'zip', 'enumerate', 'reversed', 'itertools']);

/** Whether the program may hold more in Monty than in Python: there, generators and their like are lists. */
export function mayHoldMoreInMonty(code: string): boolean {
  const open: string[] = [];
  return pythonTokens(code).some(({ kind, text }) => {
    if (kind === 'mark' && '([{'.includes(text)) open.push(text);
    else if (kind === 'mark' && ')]}'.includes(text)) open.pop();
    return kind === 'name' && (LAZY.has(text) || (text === 'for' && open.at(-1) === '('));
  });
}
