/** What crosses between the guest and the prelude inside its interpreter: numbers and strings, and functions of them. */

/** What the guest lends to the prelude, in the order of {@link InstallPrelude}'s arguments. */
export interface PreludeHost {
  write(stream: 'stdout' | 'stderr', text: string): void;
  /** A host call as JSON; gives its reply as JSON. */
  ask(call: string): string;
  /** The run is over: the program reached for what the sandbox forbids. */
  deny(message: string, line: number): void;
  /** The program's value as JSON; `''` for none; `>` and a number of characters where it has more than those. */
  complete(json: string): void;
  /** {@link ErrorFacts} as JSON. */
  fail(facts: string): void;
}

export interface ErrorFacts {
  readonly type: string;
  readonly message: string;
  /** 0 where it is not known. */
  readonly line: number;
  readonly traceback: string;
}

/** What the prelude lends to the guest. */
export interface PreludeTools {
  /** Takes the promise that evaluating the program gave; ends in `complete` or `fail`. */
  settle(program: Promise<{ value: unknown }>): void;
  describe(error: unknown): string;
  /** Milliseconds until the next timer is due, or -1. */
  nextTimerMs(): number;
  runTimer(): void;
}

/** The value of the prelude's script. The interpreter hands over single values, so the lent functions come one by one. */
export type InstallPrelude = (
  write: PreludeHost['write'],
  ask: PreludeHost['ask'],
  deny: PreludeHost['deny'],
  complete: PreludeHost['complete'],
  fail: PreludeHost['fail'],
) => PreludeTools;
