/** What was begun and must be ended, on every path: run once, the newest first, all of them whatever fails. */
export class CleanUp {
  readonly #undos: (() => Promise<unknown>)[] = [];

  add(undo: () => Promise<unknown>): void {
    this.#undos.push(undo);
  }

  /** @returns what went wrong on the way */
  async run(): Promise<readonly unknown[]> {
    const faults: unknown[] = [];
    for (let undo = this.#undos.pop(); undo !== undefined; undo = this.#undos.pop()) {
      try {
        await undo();
      } catch (error) {
        faults.push(error);
      }
    }
    return faults;
  }
}
