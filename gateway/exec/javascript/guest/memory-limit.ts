import type { QuickJS } from 'quickjs-wasi';

/** Bytes by which the limit is raised once it was met, to tell what happened. */
const DESCRIBE_BYTES = 4 * 1024 * 1024;

/** What the program may hold, on top of what the idle interpreter holds. */
export class MemoryLimit {
  readonly #vm: QuickJS;
  readonly #bytes: number;

  constructor(vm: QuickJS, programBytes: number) {
    this.#vm = vm;
    this.#bytes = vm.getMemoryUsage().memoryUsedSize + programBytes;
    vm._getExports().qjs_set_memory_limit(this.#bytes);
  }

  /** Makes room to describe an error in: where memory ran out, there is none left to say so with. */
  raise(): void {
    this.#vm._getExports().qjs_set_memory_limit(this.#bytes + DESCRIBE_BYTES);
  }

  /** Whether memory is what an interpreter that failed was most likely missing. */
  get isNear(): boolean {
    return this.#vm._getMemory().buffer.byteLength > this.#bytes / 2;
  }
}
