import { EvalFlags, JSException, type JSValueHandle, type QuickJS } from 'quickjs-wasi';
import type { GuestEnd } from '../../guests/guest-frames.ts';
import type { Tools } from './install-prelude.ts';
import { MemoryLimit } from './memory-limit.ts';
import { INTERPRETER_FAILED, NEVER_SETTLED, raisedEnd, TOO_DEEP } from './program-end.ts';
import type { ProgramHost } from './program-host.ts';
import type { UnheardRejections } from './unheard-rejections.ts';

interface Parts {
  readonly vm: QuickJS;
  readonly tools: Tools;
  readonly host: ProgramHost;
  readonly rejections: UnheardRejections;
  readonly memoryBytes: number;
}

/** One program on its way from its text to its end. */
export class ProgramRun {
  readonly #vm: QuickJS;
  readonly #tools: Tools;
  readonly #host: ProgramHost;
  readonly #rejections: UnheardRejections;
  readonly #memory: MemoryLimit;

  constructor({ vm, tools, host, rejections, memoryBytes }: Parts) {
    this.#vm = vm;
    this.#tools = tools;
    this.#host = host;
    this.#rejections = rejections;
    this.#memory = new MemoryLimit(vm, memoryBytes);
  }

  run(code: string): GuestEnd {
    let program: JSValueHandle;
    try {
      program = this.#vm.evalCode(code, '<program>', EvalFlags.ASYNC);
    } catch (error) {
      // What a program throws rejects its promise; what is thrown here was met on the way to running it.
      const end = this.#endOfThrown(error);
      return end.kind === 'raised' && end.type === 'SyntaxError'
        ? { kind: 'syntax', message: end.message, line: end.line }
        : end;
    }
    try {
      this.#tools.settle(program).dispose();
      this.#drain();
      this.#runTimers();
    } catch (error) {
      return this.#endOfThrown(error);
    }
    const { end } = this.#host;
    if (end?.kind === 'denied' || end?.kind === 'raised') return end;
    if (this.#host.mustStop()) return { kind: 'timeout' };
    const reason = this.#rejections.firstReason();
    return reason === undefined ? (end ?? NEVER_SETTLED) : this.#describe(reason);
  }

  /**
   * Promise jobs, one after the other, until none is left or the program has failed.
   * @throws what a job let through, and where the time is up
   */
  #drain(): void {
    const engine = this.#vm._getExports();
    while (this.#host.isOpen && engine.qjs_is_job_pending() !== 0) {
      if (engine.qjs_execute_pending_job() < 0) throw new JSException(this.#vm.getException());
      // Jobs that queue jobs may never come to a loop at which the interpreter would ask.
      if (this.#host.mustStop()) throw new Error('interrupted');
    }
  }

  #runTimers(): void {
    while (this.#host.isOpen) {
      const delayMs = this.#tools.nextTimerMs().toNumber();
      if (delayMs < 0) return;
      pause(Math.min(delayMs, this.#host.leftMs));
      if (this.#host.mustStop()) return;
      this.#tools.runTimer().dispose();
      this.#drain();
    }
  }

  #endOfThrown(error: unknown): GuestEnd {
    const told = this.#toldEnd();
    if (told !== null) return told;
    if (error instanceof JSException) return this.#describe(error.handle);
    // The interpreter's own stack ran over the host's: nothing in it can be used any more, its end included.
    if (error instanceof RangeError) return TOO_DEEP;
    return this.#memory.isNear ? { kind: 'memory' } : INTERPRETER_FAILED;
  }

  #describe(error: JSValueHandle): GuestEnd {
    this.#memory.raise();
    try {
      return raisedEnd(this.#tools.describe(error).toString());
    } catch (failure) {
      return this.#toldEnd() ?? (failure instanceof RangeError ? TOO_DEEP : { kind: 'memory' });
    }
  }

  /** The end of a program that was stopped, whatever it threw then. */
  #toldEnd(): GuestEnd | null {
    const { end, isInterrupted } = this.#host;
    if (end?.kind === 'denied') return end;
    return isInterrupted ? { kind: 'timeout' } : null;
  }
}

/** Blocks: there is nothing else to do until the time has come. */
function pause(ms: number): void {
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
