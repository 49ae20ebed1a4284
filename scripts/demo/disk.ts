import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The repository as it lies on the gateway's disk, read past the gateway: what every answer is compared with. */
export class Disk {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  pathOf(file: string): string {
    return join(this.#root, file);
  }

  bytesOf(file: string): Promise<Buffer> {
    return readFile(this.pathOf(file));
  }

  /** Lines `first` to `last`, 1-based and inclusive, with their line ends. */
  async linesOf(file: string, first: number, last: number): Promise<string> {
    const lines = (await this.bytesOf(file)).toString('utf8').split(/(?<=\n)/);
    return lines.slice(first - 1, last).join('');
  }
}

export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
