/** A program that is refused before it runs: by what it names, or because it can't be read as a program at all. */
export class PolicyRefusal extends Error {
  override readonly name = 'PolicyRefusal';
  readonly kind: 'denied' | 'syntax';
  /** 1-based line of the program. */
  readonly line: number;

  /** @param message names the construct, and says what to use instead */
  constructor(kind: 'denied' | 'syntax', message: string, line: number) {
    super(message);
    this.kind = kind;
    this.line = line;
  }
}
