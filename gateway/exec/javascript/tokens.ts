/**
 * A JavaScript program as the words and signs it is made of: enough to find names, in linear time and without recursion.
 * It never refuses a program: what can't be read here is the interpreter's to complain about.
 */

export interface Token {
  /** `name`: identifiers and keywords, escapes resolved; `sign`: a punctuator; `value`: number, string, regex, template. */
  readonly kind: 'name' | 'sign' | 'value';
  /** Of a string without escapes its content; of other values nothing. */
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  /** Whether a regular expression, not a division, would follow. */
  readonly opensExpression: boolean;
}

const NAME =
  /(?:[\p{ID_Start}$_]|\\u[0-9a-fA-F]{4}|\\u\{[0-9a-fA-F]+\})(?:[\p{ID_Continue}$\u200c\u200d]|\\u[0-9a-fA-F]{4}|\\u\{[0-9a-fA-F]+\})*/uy;
const NUMBER = /\.?[0-9](?:[eE][+-]?[0-9]|[\w.])*/y;
const STRING = /'(?:[^'\\\n\r]|\\[\s\S])*'?|"(?:[^"\\\n\r]|\\[\s\S])*"?/y;
const REGEX =
  /\/(?:[^/\\[\n\r\u2028\u2029]|\\[^\n\r\u2028\u2029]|\[(?:[^\]\\\n\r\u2028\u2029]|\\[^\n\r\u2028\u2029])*\])+\/[\w$]*/y;
/** Up to the template's end or its next expression. */
const TEMPLATE = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)?/y;
const LINE_COMMENT = /[^\n\r\u2028\u2029]*/y;
/** The longer ones that matter: for what may follow them, or since a shorter one would mislead. */
const SIGN = /=>|\.\.\.|\?\.(?![0-9])|\+\+|--|[\s\S]/uy;
const LINE_END = /\r\n|[\n\r\u2028\u2029]/g;

/** Keywords after which an operand comes. */
const BEFORE_OPERAND = new Set(
  'await case delete do else extends in instanceof new of return throw typeof void yield'.split(' '),
);
/** Keywords whose brackets are no operand. */
const BEFORE_CONDITION = new Set(['if', 'while', 'for', 'with']);

export function readTokens(code: string): readonly Token[] {
  const tokens: Token[] = [];
  /** What each open bracket was preceded by, which says what its closing one is; a template's `${` among them. */
  const open: { readonly sign: string; readonly isOperand: boolean }[] = [];
  let at = 0;
  let line = 1;
  /** A line on which a regular expression had no end: looked for once, or many of them would take time squared. */
  let lineWithoutRegex = 0;

  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    return pattern.exec(code)?.[0] ?? '';
  };
  const skip = (text: string): void => {
    at += text.length;
    line += text.match(LINE_END)?.length ?? 0;
  };
  const add = (kind: Token['kind'], text: string, opensExpression: boolean): void => {
    tokens.push({ kind, text, line, opensExpression });
  };
  const template = (): void => {
    const text = match(TEMPLATE);
    skip(text);
    if (text.endsWith('${')) {
      add('sign', '${', true);
      open.push({ sign: '${', isOperand: true });
    } else add('value', '', false);
  };

  if (code.startsWith('#!')) skip(match(LINE_COMMENT));
  while (at < code.length) {
    const character = code[at] ?? '';
    const last = tokens.at(-1);
    const isExpression = last === undefined || last.opensExpression;
    if (/\s|\ufeff/.test(character)) skip(character === '\r' && code[at + 1] === '\n' ? '\r\n' : character);
    else if (code.startsWith('//', at) || code.startsWith('<!--', at)) skip(match(LINE_COMMENT));
    // The other half of HTML's comments, which scripts still have: only at the start of a line.
    else if (code.startsWith('-->', at) && last?.line !== line) skip(match(LINE_COMMENT));
    else if (code.startsWith('/*', at)) {
      const end = code.indexOf('*/', at + 2);
      skip(code.slice(at, end === -1 ? code.length : end + 2));
    } else if (character === '`') {
      at += 1;
      template();
    } else if (character === '"' || character === "'") {
      const text = match(STRING);
      add('value', text.includes('\\') ? '' : text.slice(1, -1), false);
      skip(text);
    } else if (match(NUMBER) !== '') {
      add('value', '', false);
      skip(match(NUMBER));
    } else if (character === '/' && isExpression && line !== lineWithoutRegex) {
      const text = match(REGEX);
      if (text === '') lineWithoutRegex = line;
      else add('value', '', false);
      skip(text);
    } else if (match(NAME) !== '') {
      const text = match(NAME);
      const name = resolveEscapes(text);
      const isMember =
        last?.kind === 'sign' && (last.text === '.' || last.text === '?.' || last.text === '#');
      add('name', name, BEFORE_OPERAND.has(name) && !isMember);
      skip(text);
    } else {
      const sign = match(SIGN);
      skip(sign);
      if (sign === '(' || sign === '[' || sign === '{') {
        open.push({ sign, isOperand: isOperandAfter(sign, last) });
        add('sign', sign, true);
      } else if (sign === ')' || sign === ']' || sign === '}') {
        const opened = open.pop();
        if (opened?.sign === '${') {
          add('sign', '}', true);
          template();
        } else add('sign', sign, opened?.isOperand === false);
      } else {
        // After a name, `++` belongs to it, and what follows is an operator.
        add('sign', sign, sign === '++' || sign === '--' ? isExpression : true);
      }
    }
  }
  return tokens;
}

/** Whether what a bracket encloses is an operand, so that a `/` after it divides. */
function isOperandAfter(sign: string, last: Token | undefined): boolean {
  if (sign === '(') return !(last?.kind === 'name' && BEFORE_CONDITION.has(last.text));
  if (sign === '[') return true;
  // A block stands at the start of a statement or after the head of one; else it is an object.
  if (last === undefined || last.text === '=>' || last.text === ')') return false;
  if (last.kind === 'name') return last.opensExpression && last.text !== 'do' && last.text !== 'else';
  return last.kind === 'sign' && ![';', '{', '}'].includes(last.text);
}

function resolveEscapes(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\u(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{4}))/g, (_, braced = '', four = '') => {
    const point = Number.parseInt(braced + four, 16);
    return point > 0x10ffff ? '' : String.fromCodePoint(point);
  });
}
