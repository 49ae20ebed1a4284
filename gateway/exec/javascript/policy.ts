/**
 * What a JavaScript program may not name. This is no wall, and none is needed here: the interpreter has none of these
 * things, and what would turn text into code is taken out of it. It is there so that a program that asks for them is told
 * at once, by name, and what to use instead.
 */
import { PolicyRefusal } from '../policy-refusal.ts';
import { readTokens, type Token } from './tokens.ts';

const NO_MODULES = 'there are no modules: all that a program can use is already there.';
const NO_NETWORK = 'there is no network: read the repository with readSpan, search, query and listFiles.';
const NO_HOST =
  'there is no system around the program: print what you found, and let the program come to its end.';
const NO_TEXT_AS_CODE = 'text is not turned into code here: write the code itself.';

/** Names that mean the same in every program, whatever it declares. */
const RESERVED: ReadonlyMap<string, string> = new Map([
  ['eval', NO_TEXT_AS_CODE],
  ['Function', NO_TEXT_AS_CODE],
  ['import', NO_MODULES],
]);

/** Names that a program may give to something of its own, and that else mean a host's. */
const OF_A_HOST: ReadonlyMap<string, string> = new Map([
  ['require', NO_MODULES],
  ['process', NO_HOST],
  ['fetch', NO_NETWORK],
  ['XMLHttpRequest', NO_NETWORK],
  ['WebSocket', NO_NETWORK],
  ['EventSource', NO_NETWORK],
  ['WebAssembly', NO_TEXT_AS_CODE],
  ['Deno', NO_HOST],
  ['Bun', NO_HOST],
]);

/** Brackets after these hold no parameters, though a block follows. */
const NO_PARAMETERS = new Set(['if', 'while', 'for', 'switch', 'with']);
const DECLARING = new Set(['const', 'let', 'var', 'function', 'class']);
const BEFORE_METHOD = new Set(['async', 'get', 'set', 'static']);

/**
 * @throws `PolicyRefusal` `denied` where the program names what the sandbox forbids; `syntax` where it has characters that
 *   no program has
 */
export function checkJavaScript(code: string): void {
  refuseBrokenText(code);
  const program = new Program(readTokens(code));
  for (let at = 0; at < program.tokens.length; at += 1) {
    const name = program.forbiddenAt(at);
    if (name === null) continue;
    const reason = RESERVED.get(name) ?? OF_A_HOST.get(name);
    throw new PolicyRefusal('denied', `${name} is not available: ${reason}`, program.tokens[at]?.line ?? 1);
  }
}

function refuseBrokenText(code: string): void {
  const nul = code.indexOf('\0');
  if (nul !== -1) throw new PolicyRefusal('syntax', 'The program has a NUL character.', lineAt(code, nul));
  if (code.isWellFormed()) return;
  const lone = code.search(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
  throw new PolicyRefusal(
    'syntax',
    'The program has half a character (a lone surrogate).',
    lineAt(code, lone),
  );
}

const lineAt = (code: string, at: number): number =>
  code.slice(0, at).split(/\r\n|[\n\r\u2028\u2029]/).length;

/** A program's tokens, and which names it gives to things of its own. */
class Program {
  readonly tokens: readonly Token[];
  /** By the place of an opening bracket, that of its closing one. */
  readonly #closing = new Map<number, number>();
  readonly #declared = new Set<string>();

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
    this.#matchBrackets();
    this.#collectDeclared();
  }

  /** The forbidden name that stands here in its forbidden meaning, or `null`. */
  forbiddenAt(at: number): string | null {
    const token = this.tokens[at];
    if (token === undefined || (token.kind === 'sign' && token.text !== '[')) return null;
    if (token.kind !== 'name') return this.#forbiddenKeyAt(at);
    const name = token.text;
    if (!RESERVED.has(name) && !OF_A_HOST.has(name)) return null;
    if (this.#isMember(at)) return this.#textAt(at - 2) === 'globalThis' ? name : null;
    if (this.#isKey(at) || this.#isMethod(at)) return null;
    const before = this.#wordAt(at - 1);
    if (before === 'typeof') return null;
    if (RESERVED.has(name)) return name === 'Function' && before === 'instanceof' ? null : name;
    return this.#declared.has(name) ? null : name;
  }

  /** `globalThis['eval']`. */
  #forbiddenKeyAt(at: number): string | null {
    if (this.#signAt(at) !== '[' || this.#textAt(at - 1) !== 'globalThis') return null;
    const key = this.tokens[at + 1];
    if (key?.kind !== 'value' || this.#signAt(at + 2) !== ']') return null;
    return RESERVED.has(key.text) || OF_A_HOST.has(key.text) ? key.text : null;
  }

  #isMember(at: number): boolean {
    return ['.', '?.', '#'].includes(this.#signAt(at - 1));
  }

  /** `{ process: 1 }`, or a label; the middle of `a ? process : b` is neither. */
  #isKey(at: number): boolean {
    return this.#signAt(at + 1) === ':' && (at === 0 || ['{', ',', ';', '}'].includes(this.#signAt(at - 1)));
  }

  /** `{ process(x) { … } }`, and the same in a class. */
  #isMethod(at: number): boolean {
    if (this.#signAt(at + 1) !== '(') return false;
    const isPlaced =
      ['{', ',', ';', '}', '*'].includes(this.#signAt(at - 1)) || BEFORE_METHOD.has(this.#wordAt(at - 1));
    return isPlaced && this.#signAt((this.#closing.get(at + 1) ?? -2) + 1) === '{';
  }

  #matchBrackets(): void {
    const open: number[] = [];
    this.tokens.forEach(({ kind, text }, at) => {
      if (kind !== 'sign') return;
      if (text === '(' || text === '[' || text === '{' || text === '${') open.push(at);
      if (text === ')' || text === ']' || text === '}') {
        const opening = open.pop();
        if (opening !== undefined) this.#closing.set(opening, at);
      }
    });
  }

  #collectDeclared(): void {
    /** Where the outermost list of names being read ends. */
    let endsAt = -1;
    for (let at = 0; at < this.tokens.length; at += 1) {
      if (at > endsAt && this.#opensNames(at)) endsAt = this.#closing.get(at) ?? -1;
      const name = this.#wordAt(at);
      if (!OF_A_HOST.has(name) || this.#isMember(at)) continue;
      if ((at < endsAt && this.#signAt(at + 1) !== ':') || this.#declaresAt(at)) this.#declared.add(name);
    }
  }

  /** Parameters, or the pattern of a declaration. */
  #opensNames(at: number): boolean {
    const sign = this.#signAt(at);
    const before = this.#wordAt(at - 1);
    if (sign === '{' || sign === '[') return before === 'const' || before === 'let' || before === 'var';
    if (sign !== '(' || NO_PARAMETERS.has(before)) return false;
    const after = this.#signAt((this.#closing.get(at) ?? -2) + 1);
    return after === '=>' || after === '{';
  }

  #declaresAt(at: number): boolean {
    const after = this.#signAt(at + 1);
    if (DECLARING.has(this.#wordAt(at - 1)) || after === '=>') return true;
    if (this.#signAt(at - 1) === '*' && this.#wordAt(at - 2) === 'function') return true;
    // `let a = 1, process = 2`, a field of a class, and a global that the program makes without a word.
    const isStart = at === 0 || [',', ';', '{', '}'].includes(this.#signAt(at - 1));
    return isStart && after === '=' && this.#signAt(at + 2) !== '=';
  }

  #signAt(at: number): string {
    const token = this.tokens[at];
    return token?.kind === 'sign' ? token.text : '';
  }

  #wordAt(at: number): string {
    const token = this.tokens[at];
    return token?.kind === 'name' ? token.text : '';
  }

  #textAt(at: number): string {
    return this.tokens[at]?.text ?? '';
  }
}
