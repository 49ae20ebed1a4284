/**
 * Reads ripgrep's output, `./PATH NUL LINE : COLUMN : TEXT LF`, in pieces of any size and with bounds on all of them.
 * What does not look like that is dropped: a file's name may hold a line break, and then parts of it look like records;
 * the guard finds them out.
 */
import {
  MAX_GATHERED_BYTES,
  MAX_GATHERED_HITS,
  MAX_HITS_PER_FILE,
  MAX_SEARCHED_LINE_BYTES,
} from './repo-limits.ts';

export interface Proposal {
  /** NFC, relative to the repository's root. */
  readonly path: string;
  readonly line: number;
  /** The match's first byte in `text`, from 0. */
  readonly column: number;
  /** The line without its end, as ripgrep saw it. */
  readonly text: Buffer;
}

const NEWLINE = 0x0a;
/** A line, and in front of it a path and two numbers. */
const MAX_RECORD_BYTES = MAX_SEARCHED_LINE_BYTES + 8192;
const OMITTED = '[Omitted long ';

export class ProposalReader {
  readonly proposals: Proposal[] = [];
  readonly #isWanted: (path: string) => boolean;
  readonly #hitsOf = new Map<string, number>();
  #rest: Buffer[] = [];
  #restBytes = 0;
  #isSkipping = false;
  #gatheredBytes = 0;
  #hasDropped = false;

  constructor(isWanted: (path: string) => boolean) {
    this.#isWanted = isWanted;
  }

  /** Whether there were hits that are not among the proposals. */
  get hasDropped(): boolean {
    return this.#hasDropped;
  }

  get isFull(): boolean {
    return this.proposals.length >= MAX_GATHERED_HITS || this.#gatheredBytes >= MAX_GATHERED_BYTES;
  }

  add(chunk: Buffer): void {
    let from = 0;
    while (!this.isFull) {
      const newline = chunk.indexOf(NEWLINE, from);
      const end = newline === -1 ? chunk.length : newline;
      this.#extend(chunk.subarray(from, end));
      if (newline === -1) return;
      this.#finishRecord();
      from = newline + 1;
    }
  }

  #extend(part: Buffer): void {
    this.#restBytes += part.length;
    if (this.#isSkipping) return;
    if (this.#restBytes > MAX_RECORD_BYTES) {
      this.#isSkipping = true;
      this.#rest = [];
    } else {
      this.#rest.push(part);
    }
  }

  #finishRecord(): void {
    if (this.#isSkipping) this.#hasDropped = true;
    else this.#accept(Buffer.concat(this.#rest));
    this.#rest = [];
    this.#restBytes = 0;
    this.#isSkipping = false;
  }

  #accept(record: Buffer): void {
    const proposal = parseRecord(record);
    if (proposal === undefined || !this.#isWanted(proposal.path)) return;
    if (proposal.text.toString('latin1', 0, OMITTED.length) === OMITTED) {
      // Too long for a result, unless a line really reads so: the guard can't tell, and little is lost.
      this.#hasDropped = true;
      return;
    }
    const hits = (this.#hitsOf.get(proposal.path) ?? 0) + 1;
    this.#hitsOf.set(proposal.path, hits);
    if (hits > MAX_HITS_PER_FILE) {
      this.#hasDropped = true;
      return;
    }
    this.proposals.push(proposal);
    this.#gatheredBytes += record.length;
  }
}

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function parseRecord(record: Buffer): Proposal | undefined {
  const nul = record.indexOf(0);
  if (nul < 3 || record.toString('latin1', 0, 2) !== './') return undefined;
  // Two numbers of at most ten digits each: what is looked at here is bounded before the pattern sees it.
  const head = /^(\d{1,10}):(\d{1,10}):/.exec(record.toString('latin1', nul + 1, nul + 23));
  if (head === null) return undefined;
  const textAt = nul + 1 + head[0].length;
  const text = record.at(-1) === 0x0d ? record.subarray(textAt, -1) : record.subarray(textAt);
  try {
    const path = STRICT_UTF8.decode(record.subarray(2, nul)).normalize('NFC').replace(/^\.\//, '');
    return { path, line: Number(head[1]), column: Number(head[2]) - 1, text };
  } catch {
    return undefined;
  }
}
