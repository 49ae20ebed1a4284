/** One test an attack: what it gained, how it ended, and whether the next program finds the place as it should be. */
import { afterAll, describe, expect, it } from 'vitest';
import { type Attack, endingOf } from './attack.ts';
import { AttackAttempt, type AttackOutcome } from './attack-attempt.ts';
import type { Way } from './attack-ways.ts';
import type { AttackWorld } from './attack-world.ts';

/** A program that says how it found the place, and nothing where it should find nothing. */
const NEXT_PROGRAMS: Readonly<Record<Attack['language'], string>> = {
  javascript: `
console.log([typeof left, typeof left2, typeof {}.left, typeof search.left, [2, 1].map(String).join(), ' x '.trim(), JSON.stringify({ a: 1 }), RegExp.left].join('|'));
Promise.resolve(1).then(() => console.log('then'));`,
  python: `
def missing(name):
    try:
        name()
    except NameError:
        return 'missing'
import json
import math
print(missing(lambda: left), missing(lambda: left2), len([1, 2]), json.dumps({'a': 1}), hasattr(math, 'left'))`,
};
const AS_IT_SHOULD_BE: Readonly<Record<Attack['language'], string>> = {
  javascript: 'undefined|undefined|undefined|undefined|2,1|x|{"a":1}|\nthen\n',
  python: 'missing missing 2 {"a": 1} False\n',
};
/** Milliseconds: a hang guard, with what it takes to start a worker on a loaded machine. */
const TEST_TIMEOUT_MS = 60_000;

/**
 * When somebody honest runs next: after every attack; or, as each of them takes a worker's start, after every attack of
 * the classes named and once after each of the others. The attacks themselves run one after the other in any case.
 */
export type NextRun = 'after each' | ReadonlySet<string>;

/** @param start made before the first test of all, as it takes workers and a world */
export function runAttacks(
  start: () => Promise<{ readonly way: Way; readonly world: AttackWorld }>,
  classes: ReadonlyMap<string, readonly Attack[]>,
  nextRun: NextRun,
): void {
  const started = Promise.withResolvers<{ readonly way: Way; readonly world: AttackWorld }>();
  let isStarted = false;
  const stage = async (): Promise<{ readonly way: Way; readonly world: AttackWorld }> => {
    if (!isStarted) {
      isStarted = true;
      start().then(started.resolve, started.reject);
    }
    return started.promise;
  };

  afterAll(async () => {
    const { way, world } = await stage();
    await way.stop();
    await world.destroy();
  });

  for (const [kind, attacks] of classes) {
    const isAfterEach = nextRun === 'after each' || nextRun.has(kind);
    describe(kind, () => {
      for (const attack of attacks) {
        it(
          `${attack.id} (${attack.source})`,
          async () => {
            const { way, world } = await stage();
            const attempt = new AttackAttempt(attack, world);
            await attempt.begin();
            const outcome = await way.run(attack, attempt);

            expect(await attempt.gains(outcome), show(outcome)).toEqual([]);
            const allowed = way.hasPolicy && attack.isRefused ? ['EXEC_DENIED'] : attack.ends;
            expect(allowed, show(outcome)).toContain(endingOf(outcome.end));
            if (isAfterEach) await expectCleanRun(way, world, attack.language);
          },
          TEST_TIMEOUT_MS,
        );
      }

      if (!isAfterEach) {
        it(
          'leaves nothing to the next program',
          async () => {
            const { way, world } = await stage();
            for (const language of new Set(attacks.map((attack) => attack.language))) {
              await expectCleanRun(way, world, language);
            }
          },
          TEST_TIMEOUT_MS,
        );
      }
    });
  }
}

async function expectCleanRun(way: Way, world: AttackWorld, language: Attack['language']): Promise<void> {
  const next: Attack = {
    id: 'next',
    language,
    source: 'an honest program',
    code: NEXT_PROGRAMS[language],
    gains: ['state'],
    ends: ['completed'],
  };
  const { end, stdout } = await way.run(next, new AttackAttempt(next, world));
  expect({ end: end.kind, stdout }).toEqual({ end: 'completed', stdout: AS_IT_SHOULD_BE[language] });
}

/** What stands beside a failed assertion: enough to see what happened, and no more than a screen of it. */
function show({ end, stdout, stderr }: AttackOutcome): string {
  return `${JSON.stringify(end)?.slice(0, 1_500)}\n--- stdout\n${stdout.slice(0, 2_000)}\n--- stderr\n${stderr.slice(0, 500)}`;
}
