/** Something that is timed: `measure` does it once and says how many milliseconds it took. */
export interface Series {
  readonly name: string;
  measure(): Promise<number>;
}

export interface Distribution {
  readonly name: string;
  readonly medianMs: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * Measures all series in turns, round by round, so that whatever else the machine does falls on each alike.
 * @param warmUps rounds at the start that are not counted: caches fill, code is compiled
 */
export async function inTurns(
  series: readonly Series[],
  rounds: number,
  warmUps: number,
): Promise<readonly Distribution[]> {
  const times = new Map<Series, number[]>(series.map((each) => [each, []]));
  for (let round = -warmUps; round < rounds; round++) {
    for (const [each, measured] of times) {
      const tookMs = await each.measure();
      if (round >= 0) measured.push(tookMs);
    }
  }
  return [...times].map(([{ name }, measured]) => distributionOf(name, measured));
}

export function distributionOf(name: string, timesMs: readonly number[]): Distribution {
  const sorted = [...timesMs].sort((a, b) => a - b);
  const quantile = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    name,
    medianMs: quantile(0.5),
    p90Ms: quantile(0.9),
    p99Ms: quantile(0.99),
    minMs: quantile(0),
    maxMs: quantile(1),
  };
}
