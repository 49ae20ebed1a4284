/**
 * What the two languages' engines have in common: a worker process that runs one program, and then is thrown away.
 *
 * An engine trusts nothing its worker says. A worker that breaks its protocol is killed, and the run ends as
 * `crashed`; every limit is enforced from outside, those inside the interpreter only give nicer errors.
 */
import type { Jail } from './jail/jail.ts';

/** A value as JSON has it: all that crosses the border of a sandbox. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The four functions a program may call, by their Python names; each engine gives them its language's spelling. */
export type HostFunctionName = 'read_span' | 'search' | 'query' | 'list_files';

/** What a program asked of the gateway: unchecked, but of bounded size. */
export interface HostCall {
  readonly name: HostFunctionName;
  readonly args: readonly Json[];
  /** Arguments by name: Python's own, or the last argument of JavaScript where it is an object. */
  readonly named: { readonly [name: string]: Json };
}

export type HostReply =
  | { readonly ok: true; readonly value: Json }
  /** `code` is the contract's error code; it begins the message the program sees. */
  | { readonly ok: false; readonly code: string; readonly message: string };

export interface EngineJob {
  readonly code: string;
  /** Milliseconds from now that the program may run, the waits for the gateway's replies included. */
  readonly timeoutMs: number;
  /** Bytes the program may hold, on top of what the idle worker holds. */
  readonly memoryBytes: number;
  /** Answers a call of the program; never rejects. Its signal aborts once nobody waits for the reply any more. */
  readonly onHostCall: (call: HostCall, signal: AbortSignal) => Promise<HostReply>;
  /** Called with each piece of output, in order. Whoever listens counts and cuts. */
  readonly onOutput: (stream: 'stdout' | 'stderr', text: string) => void;
  /** Aborts where nobody waits for the run any more. */
  readonly signal: AbortSignal;
}

/** How a program ended. No arm holds a path or a frame of ours. */
export type EngineEnd =
  /** `result` is the value of the last expression, or `undefined` where the last statement is none. */
  | { readonly kind: 'completed'; readonly result: Json | undefined }
  | {
      readonly kind: 'raised';
      /** Class of the error, as the language names it: `ValueError`, `TypeError`. */
      readonly type: string;
      readonly message: string;
      /** 1-based line of the program, where it is known. */
      readonly line: number | null;
      /** As the language prints it, with the program's frames only. */
      readonly traceback: string;
    }
  | { readonly kind: 'syntax'; readonly message: string; readonly line: number | null }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'memory' }
  /** The program tried what the sandbox forbids, and the engine could tell. */
  | { readonly kind: 'denied'; readonly message: string; readonly line: number | null }
  | { readonly kind: 'cancelled' }
  /** The worker died or broke its protocol; `reason` is for the log and holds nothing of the program's. */
  | { readonly kind: 'crashed'; readonly reason: string };

/** One process, ready to run one program. */
export interface EngineWorker {
  readonly pid: number;
  /** Settles once the process is gone, whatever ended it. */
  readonly gone: Promise<void>;
  /**
   * Runs the program and kills the process, whose end is not waited for. Call it once. Never rejects; settles at the
   * latest 100 ms after the deadline.
   */
  run(job: EngineJob): Promise<EngineEnd>;
  kill(): void;
}

/** A kind of worker: what the pool keeps warm. */
export interface Engine {
  readonly name: 'monty' | 'pyodide' | 'quickjs';
  /** Resolves once a program could start at once. @throws where the worker does not come up */
  start(jail: Jail): Promise<EngineWorker>;
}
