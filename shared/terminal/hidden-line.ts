const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_U = '\u0015';
const ERASE: readonly string[] = ['\u0008', '\u007f'];
/** Pasting terminals may wrap what is pasted in these, whoever switched that on. */
const PASTE_MARKS: readonly string[] = ['\u001b[200~', '\u001b[201~'];

export type LineState = 'open' | 'whole' | 'interrupted' | 'too-long';

/**
 * A line that is typed without being shown. On a terminal in raw mode the keys that edit it arrive as
 * characters; from a pipe nothing but the line's end is special.
 */
export class HiddenLine {
  readonly #isRaw: boolean;
  readonly #maxChars: number;
  #typed = '';

  constructor(options: { readonly isRaw: boolean; readonly maxChars: number }) {
    this.#isRaw = options.isRaw;
    this.#maxChars = options.maxChars;
  }

  /** What was entered, without white space around it. */
  get text(): string {
    return PASTE_MARKS.reduce((text, mark) => text.replaceAll(mark, ''), this.#typed).trim();
  }

  /** Takes characters up to the one that decides. */
  take(characters: string): LineState {
    for (const char of characters) {
      const state = this.#takeOne(char);
      if (state !== 'open') return state;
    }
    return 'open';
  }

  #takeOne(char: string): LineState {
    if (char === '\r' || char === '\n') return 'whole';
    if (this.#isRaw) {
      if (char === CTRL_C) return 'interrupted';
      if (char === CTRL_D) return 'whole';
      if (char === CTRL_U || ERASE.includes(char)) {
        this.#typed = char === CTRL_U ? '' : this.#typed.slice(0, -1);
        return 'open';
      }
    }
    this.#typed += char;
    return this.#typed.length > this.#maxChars ? 'too-long' : 'open';
  }
}
