/** The user pressed Ctrl-C at a prompt. Not an error of ours: nothing is reported, the exit code is 130. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}
