import { MAX_EXEC_OUTPUT_BYTES } from '../../../shared/limits.ts';
import type { EngineJob } from '../engine.ts';

type OnOutput = EngineJob['onOutput'];
type Stream = Parameters<OnOutput>[0];

/**
 * Times that a run's output may change from one stream to the other and the order be kept. Each stream's own order is
 * kept in any case; between the two it only decides where output over its limit is cut.
 */
const MAX_TURNS = 4_096;
/** Texts that are kept apart before they are joined: a line of output is often shorter than what keeping it costs. */
const MAX_APART = 1_024;
/** Characters of them: what is released is to be small beside what a run may print, which is cut within one text. */
const MAX_APART_CHARS = 8_192;

/** What one stream said without a word of the other between: texts not joined yet, and those that are. */
class Turn {
  readonly stream: Stream;
  readonly #joined: string[] = [];
  readonly #apart: string[] = [];
  #apartChars = 0;

  constructor(stream: Stream) {
    this.stream = stream;
  }

  add(text: string): void {
    this.#apart.push(text);
    this.#apartChars += text.length;
    if (this.#apart.length === MAX_APART || this.#apartChars >= MAX_APART_CHARS) this.#join();
  }

  release(onOutput: OnOutput): void {
    this.#join();
    for (const text of this.#joined.splice(0)) onOutput(this.stream, text);
  }

  #join(): void {
    this.#apartChars = 0;
    if (this.#apart.length > 0) this.#joined.push(this.#apart.splice(0).join(''));
  }
}

/** Output of a run that may have to be unsaid. Of more than a run may print, enough is kept to see that there was more. */
export class HeldOutput {
  readonly #turns: Turn[] = [];
  #chars = 0;

  readonly add: OnOutput = (stream, text) => {
    // Nothing costs no characters, and so could be said without end.
    if (text === '' || this.#chars > MAX_EXEC_OUTPUT_BYTES) return;
    this.#chars += text.length;
    this.#turnOf(stream).add(text);
  };

  release(onOutput: OnOutput): void {
    for (const turn of this.#turns.splice(0)) turn.release(onOutput);
  }

  /** The last turn, where it is this stream's; a new one, where there may be one; else the stream's last. */
  #turnOf(stream: Stream): Turn {
    const last = this.#turns.at(-1);
    if (last?.stream === stream) return last;
    if (last !== undefined && this.#turns.length >= MAX_TURNS) {
      // The one before was the other stream's, or it would be no turn of its own.
      return this.#turns.at(-2) ?? last;
    }
    const turn = new Turn(stream);
    this.#turns.push(turn);
    return turn;
  }
}
