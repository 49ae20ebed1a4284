/**
 * The form of an attack: a program, what its author would gain by it, and how it may end.
 *
 * Programs name things of the world they attack (attack-world.ts) by placeholders: `@FILE@` a secret file of the
 * gateway's, `@MARKER@` a file that isn't there yet, `@PORT@` and `@SOCKET@` where the gateway listens, `@ENV@` a variable
 * of its environment, `@PID@` its process, `@TOKEN@` a word that no process bears.
 */
import type { EngineEnd } from '../../../../gateway/exec/engine.ts';
import type { Language } from '../../../../gateway/exec/executor.ts';

/** How a run may end: the contract's codes, or that the program came to its end with nothing in its hands. */
export type Ending =
  | 'completed'
  | 'EXEC_ERROR'
  | 'EXEC_SYNTAX'
  | 'EXEC_TIMEOUT'
  | 'EXEC_MEMORY'
  | 'EXEC_DENIED'
  | 'CANCELLED'
  | 'INTERNAL';

const ENDINGS: Readonly<Record<EngineEnd['kind'], Ending>> = {
  completed: 'completed',
  raised: 'EXEC_ERROR',
  syntax: 'EXEC_SYNTAX',
  timeout: 'EXEC_TIMEOUT',
  memory: 'EXEC_MEMORY',
  denied: 'EXEC_DENIED',
  cancelled: 'CANCELLED',
  crashed: 'INTERNAL',
};

export const endingOf = (end: EngineEnd): Ending => ENDINGS[end.kind];

/**
 * What an attacker is after. Whatever an attack names, the world is searched for all of them.
 * - `said`: the program says it is out: the word is put together while it runs, so that no quoted line holds it
 * - `pid`: the gateway’s process, which a program has no way to name
 * - `inside`: how the worker is built: its frames, its files, its modules
 * - `pollution`: an object of the gateway's that was changed by what a program returned
 * - `limits`: time, memory or output past the run's own
 * - `state`: something that the next run finds
 */
export type Gain =
  | 'file'
  | 'write'
  | 'environment'
  | 'network'
  | 'process'
  | 'signal'
  | 'memory'
  | 'pid'
  | 'inside'
  | 'pollution'
  | 'limits'
  | 'state'
  | 'said';

export interface Attack {
  readonly id: string;
  readonly language: Language;
  /** The advisory, the issue, or the class where nobody ever gave it a number. */
  readonly source: string;
  readonly code: string;
  readonly gains: readonly Gain[];
  readonly ends: readonly Ending[];
  /** The visible policy refuses it, before anything runs. */
  readonly isRefused?: true;
  /** Milliseconds. Default: {@link ATTACK_TIMEOUT_MS} */
  readonly timeoutMs?: number;
  readonly memoryBytes?: number;
}

/** Enough for every program that ends by itself, on a loaded machine too. */
export const ATTACK_TIMEOUT_MS = 5_000;
/** What those get that only the gateway ends: each is waited for. */
export const BOMB_TIMEOUT_MS = 400;
export const ATTACK_MEMORY_BYTES = 64 * 1024 * 1024;

/** It ran, and either was told no or came to nothing. */
export const HARMLESS: readonly Ending[] = ['completed', 'EXEC_ERROR', 'EXEC_DENIED'];
/** As {@link HARMLESS}, or not a program in the first place to this engine. */
export const HARMLESS_OR_SYNTAX: readonly Ending[] = [...HARMLESS, 'EXEC_SYNTAX'];
/** Stopped at one of its limits, or told by the interpreter that it would be. */
export const STOPPED: readonly Ending[] = ['EXEC_TIMEOUT', 'EXEC_MEMORY', 'EXEC_ERROR'];

export const inLanguage = (
  language: Language,
  attacks: readonly Omit<Attack, 'language'>[],
): readonly Attack[] => attacks.map((attack) => ({ ...attack, language }));
