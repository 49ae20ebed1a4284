import { randomInt } from 'node:crypto';

/** Chance that can be had again: everything a fault driver decides comes from here. */
export interface Chance {
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
}

/** The seed of this run: FAULT_SEED where somebody wants to see a run again, else a new one. */
export function faultSeed(): number {
  const wanted = process.env['FAULT_SEED'];
  if (wanted === undefined || wanted === '') return randomInt(1, 2 ** 31);
  const seed = Number(wanted);
  if (!Number.isSafeInteger(seed)) throw new Error(`FAULT_SEED wants a whole number, not ${wanted}`);
  return seed;
}

/** Marsaglia's xorshift with 32 bits: enough to spread faults, and the same everywhere. */
export function chanceOf(seed: number): Chance {
  let state = Math.imul(seed, 0x9e37_79b1) | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    between,
    // The index is below the length.
    pick: (choices) => choices[between(0, choices.length - 1)] as (typeof choices)[0],
  };
}
