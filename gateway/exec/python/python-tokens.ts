/**
 * Cuts a Python program into tokens, as far as a scan for names needs them: strings and comments are skipped, but the
 * replacement fields of f-strings and t-strings are code, nested ones too (Python 3.12 and later).
 *
 * One pass with a stack of its own, so that 10 KB of quotes and braces cost no more than 10 KB of anything else. What is
 * no Python is cut somehow: it does not run either. Where Python versions differ, the reading is the one that shows more
 * code.
 */

export interface PythonToken {
  /** `mark`: operators and brackets, and the ends of a statement (`\n`) and of a replacement field (`{`, `}`). */
  readonly kind: 'name' | 'mark' | 'number' | 'string';
  /** A name is NFKC-normalised, as Python does before it looks it up: fullwidth `ｅｖａｌ` is `eval`. Empty for strings. */
  readonly text: string;
  /** 1-based. */
  readonly line: number;
}

/** An f-string that is open: its fields are read as code until they end. */
interface OpenString {
  readonly quote: string;
  readonly isRaw: boolean;
}

/** Where the scan is: in code, or in the text of an f-string, or in the format part of one of its fields. */
type Place =
  | { readonly kind: 'code'; brackets: number }
  | { readonly kind: 'text'; readonly string: OpenString }
  | { readonly kind: 'format'; readonly string: OpenString };

const BLANK = /[^\S\r\n]+|\ufeff+/y;
/** Whatever Python might take for a part of a name, and some more: what is none is no program either. */
const NAME = /(?:[A-Za-z_]|[^\p{ASCII}\s])(?:\w|[^\p{ASCII}\s])*/uy;
const NUMBER =
  /(?:0[xX][\da-fA-F_]+|0[oObB][\d_]+|(?:\d[\d_]*\.?(?:\d[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?)[jJ]?/y;
const LONG_MARK = /\.\.\.|[=!<>:]=|->/y;
/** Python reads `\r` as the end of a line, so a comment ends there: what follows is code. */
const COMMENT = /#[^\r\n]*/y;
const STRING_PREFIX = /^(?:[rub]|br|rb|[ft]|[ft]r|r[ft])$/i;
const CHARACTER_NAME = /N\{[\w -]*\}/y;

export function pythonTokens(code: string): readonly PythonToken[] {
  return new Scanner(code).scan();
}

class Scanner {
  readonly #code: string;
  readonly #tokens: PythonToken[] = [];
  /** The innermost place last. The outermost is code, and stays. */
  readonly #places: Place[] = [{ kind: 'code', brackets: 0 }];
  #at = 0;
  #line = 1;

  constructor(code: string) {
    this.#code = code;
  }

  scan(): readonly PythonToken[] {
    while (this.#at < this.#code.length) {
      const place = this.#places.at(-1);
      if (place === undefined) break;
      if (place.kind === 'code') this.#scanCode(place);
      else this.#scanText(place);
    }
    return this.#tokens;
  }

  #emit(kind: PythonToken['kind'], text: string): void {
    this.#tokens.push({ kind, text, line: this.#line });
  }

  /** What `pattern` finds right here, after stepping over it. */
  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#code)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  /** Steps over the end of a line, if there is one here. */
  #endOfLine(): boolean {
    const character = this.#code[this.#at];
    if (character !== '\n' && character !== '\r') return false;
    this.#at += this.#code.startsWith('\r\n', this.#at) ? 2 : 1;
    this.#line += 1;
    return true;
  }

  #scanCode(place: Extract<Place, { kind: 'code' }>): void {
    if (this.#match(BLANK) !== undefined || this.#match(COMMENT) !== undefined) return;
    const isOutermost = this.#places.length === 1;
    if (this.#endOfLine()) {
      // Inside brackets and fields, statements don't end with the line.
      if (isOutermost && place.brackets === 0) this.#emit('mark', '\n');
      return;
    }
    const character = this.#code[this.#at] ?? '';
    if (character === '\\') {
      this.#at += 1;
      this.#endOfLine();
      return;
    }
    if (character === '"' || character === "'") {
      this.#openString('');
      return;
    }
    if (/[\d.]/.test(character) && this.#match(NUMBER) !== undefined) {
      this.#emit('number', '');
      return;
    }
    const name = this.#match(NAME);
    if (name !== undefined) {
      const next = this.#code[this.#at];
      if ((next === '"' || next === "'") && STRING_PREFIX.test(name)) this.#openString(name.toLowerCase());
      else this.#emit('name', name.normalize('NFKC'));
      return;
    }
    this.#scanMark(place, character, isOutermost);
  }

  #scanMark(place: Extract<Place, { kind: 'code' }>, character: string, isOutermost: boolean): void {
    // In a field, a colon outside of brackets begins the format, also where `=` follows.
    if (!isOutermost && place.brackets === 0 && (character === ':' || character === '}')) {
      this.#at += 1;
      this.#places.pop();
      this.#emit('mark', '}');
      if (character === ':') this.#openFormat();
      return;
    }
    const mark = this.#match(LONG_MARK);
    if (mark !== undefined) {
      this.#emit('mark', mark);
      return;
    }
    this.#at += 1;
    if ('([{'.includes(character)) place.brackets += 1;
    if (')]}'.includes(character)) place.brackets = Math.max(0, place.brackets - 1);
    this.#emit('mark', character);
  }

  /** At the quote of a string. */
  #openString(prefix: string): void {
    const single = this.#code[this.#at] ?? '';
    const quote = this.#code.startsWith(single.repeat(3), this.#at) ? single.repeat(3) : single;
    this.#at += quote.length;
    this.#emit('string', '');
    const string = { quote, isRaw: prefix.includes('r') };
    if (/[ft]/.test(prefix)) this.#places.push({ kind: 'text', string });
    else this.#skipString(quote);
  }

  /** Behind the quote of a plain string. A backslash keeps a quote in the string, in raw ones too. */
  #skipString(quote: string): void {
    while (this.#at < this.#code.length) {
      if (this.#code.startsWith(quote, this.#at)) {
        this.#at += quote.length;
        return;
      }
      const character = this.#code[this.#at];
      if (character === '\\') {
        this.#at += 1;
        if (!this.#endOfLine()) this.#at += 1;
      } else if (quote.length === 1 && (character === '\n' || character === '\r')) {
        return;
      } else if (!this.#endOfLine()) {
        this.#at += 1;
      }
    }
  }

  /** Behind the colon of a field, whose place is gone already. */
  #openFormat(): void {
    const around = this.#places.at(-1);
    if (around !== undefined && around.kind !== 'code') {
      this.#places.push({ kind: 'format', string: around.string });
    }
  }

  /** One step in the text of an f-string, or in a format, which is text as well. */
  #scanText(place: Exclude<Place, { kind: 'code' }>): void {
    const { quote, isRaw } = place.string;
    if (this.#code.startsWith(quote, this.#at)) {
      this.#at += quote.length;
      this.#closeString();
      return;
    }
    const character = this.#code[this.#at];
    if (character === '\\') {
      this.#scanBackslash(isRaw);
    } else if (character === '{') {
      this.#at += 1;
      // A doubled one is text, but not in a format.
      if (place.kind === 'text' && this.#code[this.#at] === '{') {
        this.#at += 1;
      } else {
        this.#emit('mark', '{');
        this.#places.push({ kind: 'code', brackets: 0 });
      }
    } else if (character === '}' && place.kind === 'format') {
      this.#at += 1;
      this.#places.pop();
    } else if (quote.length === 1 && (character === '\n' || character === '\r')) {
      this.#closeString();
    } else if (!this.#endOfLine()) {
      this.#at += 1;
    }
  }

  /** A backslash does not keep a brace from being one, unless it names a character. */
  #scanBackslash(isRaw: boolean): void {
    this.#at += 1;
    if (!isRaw && this.#match(CHARACTER_NAME) !== undefined) return;
    const next = this.#code[this.#at];
    if (next !== '{' && next !== '}' && !this.#endOfLine()) this.#at += 1;
  }

  /** Leaves the innermost f-string, with a format of it that was not closed. */
  #closeString(): void {
    while (this.#places.pop()?.kind === 'format');
  }
}
