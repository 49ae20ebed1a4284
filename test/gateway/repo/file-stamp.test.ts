import type { BigIntStats } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { quietStampOf, type Statable, stampOf } from '../../../gateway/repo/file-stamp.ts';

/**
 * A file that looks, at each further look, as the next of these says; then for ever as the last. Ages are those at
 * the first look of each, however busy the machine is between two.
 */
function fileOf(
  ...looks: readonly { readonly size: bigint; readonly ageMs: number }[]
): Statable & { looks: number } {
  const firstSeenMs = new Map<number, number>();
  return {
    looks: 0,
    async stat() {
      const index = Math.min(this.looks, looks.length - 1);
      const look = looks[index] ?? { size: 0n, ageMs: 0 };
      this.looks += 1;
      const seenMs = firstSeenMs.get(index) ?? Date.now();
      firstSeenMs.set(index, seenMs);
      const changedNs = BigInt(seenMs - look.ageMs) * 1_000_000n;
      // Only what a stamp is made of.
      return { dev: 1n, ino: 2n, size: look.size, mtimeNs: changedNs, ctimeNs: changedNs } as BigIntStats;
    },
  };
}

describe('quietStampOf', () => {
  it('takes a file that has been quiet as it is', async () => {
    const file = fileOf({ size: 5n, ageMs: 500 });
    expect(await quietStampOf(file)).toMatchObject({ size: 5, isOld: false });
    expect(file.looks).toBe(1);
  });

  it('looks twice at one that was written just now, or that is from the future', async () => {
    for (const ageMs of [0, -60_000]) {
      const file = fileOf({ size: 5n, ageMs });
      expect(await quietStampOf(file)).toMatchObject({ size: 5 });
      expect(file.looks).toBeGreaterThan(1);
    }
  });

  it('waits for a writer to end', async () => {
    const file = fileOf(
      { size: 5n, ageMs: -60_000 },
      { size: 6n, ageMs: -60_000 },
      { size: 7n, ageMs: -60_000 },
    );
    expect(await quietStampOf(file)).toMatchObject({ size: 7 });
  });

  it('gives up on one that never ends', async () => {
    const file = fileOf(...Array.from({ length: 50 }, (_, i) => ({ size: BigInt(i), ageMs: -60_000 })));
    expect(await quietStampOf(file)).toBeUndefined();
  });
});

describe('stampOf', () => {
  it('differs when anything differs, and knows an old file', async () => {
    const old = await stampOf(fileOf({ size: 5n, ageMs: 5_000 }));
    expect(old.isOld).toBe(true);
    expect((await stampOf(fileOf({ size: 6n, ageMs: 5_000 }))).id).not.toBe(old.id);
    expect((await stampOf(fileOf({ size: 5n, ageMs: 9_000 }))).id).not.toBe(old.id);
  });
});
