/**
 * Which terms a chunk has, in two bytes each: sorted 16-bit hashes. A ranking of a hundred candidates then needs
 * neither their text nor the index. Of a chunk of 80 terms one strange term in 800 is taken for one of them.
 */
export class TermSet {
  readonly #hashes: Uint16Array;

  private constructor(hashes: Uint16Array) {
    this.#hashes = hashes;
  }

  static of(...fields: readonly (readonly string[])[]): TermSet {
    const distinct = new Set(fields.flatMap((terms) => terms.map(hashOf)));
    return new TermSet(Uint16Array.from(distinct).sort());
  }

  /** @param bytes from {@link toBytes}; copied, since a database's buffers begin at any address */
  static fromBytes(bytes: Uint8Array): TermSet {
    const copy = bytes.slice(0, bytes.length - (bytes.length % 2));
    return new TermSet(new Uint16Array(copy.buffer, copy.byteOffset, copy.length / 2));
  }

  toBytes(): Uint8Array {
    return new Uint8Array(this.#hashes.buffer, this.#hashes.byteOffset, this.#hashes.byteLength);
  }

  get size(): number {
    return this.#hashes.length;
  }

  has(term: string): boolean {
    const wanted = hashOf(term);
    let low = 0;
    let high = this.#hashes.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = this.#hashes[middle] ?? 0;
      if (found === wanted) return true;
      if (found < wanted) low = middle + 1;
      else high = middle - 1;
    }
    return false;
  }
}

/** FNV-1a over the code units, folded to 16 bits. */
function hashOf(term: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < term.length; i += 1) {
    hash = Math.imul(hash ^ term.charCodeAt(i), 0x01000193);
  }
  return ((hash >>> 16) ^ hash) & 0xffff;
}
