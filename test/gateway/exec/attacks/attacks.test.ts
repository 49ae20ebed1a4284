/**
 * Attacks through the gateway's door, as every tool call comes in: the policy, the queue, both walls, both tiers. Of those
 * in JavaScript, which has but one engine, what the policy lets pass is run straight on the engine, next door.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Executor } from '../../../../gateway/exec/executor.ts';
import { probeJail } from '../../../../gateway/exec/jail/probe-jail.ts';
import { MAX_EXEC_CODE_SIZE } from '../../../../shared/limits.ts';
import type { Attack } from './attack.ts';
import { ALL_ATTACKS, JAVASCRIPT_ATTACKS, PYTHON_ATTACKS } from './attack-corpus.ts';
import { GatewayWay } from './attack-ways.ts';
import { AttackWorld } from './attack-world.ts';
import { runAttacks } from './run-attacks.ts';

describe('the corpus', () => {
  it('has at least 150 attacks, and many in each language', () => {
    const inLanguage = (language: string) => ALL_ATTACKS.filter((attack) => attack.language === language);
    expect(ALL_ATTACKS.length).toBeGreaterThanOrEqual(150);
    expect(inLanguage('python').length).toBeGreaterThanOrEqual(75);
    expect(inLanguage('javascript').length).toBeGreaterThanOrEqual(75);
  });

  it('tells every attack from every other, by a name, a source and what it is after', () => {
    expect(new Set(ALL_ATTACKS.map(({ id }) => id)).size).toBe(ALL_ATTACKS.length);
    expect(ALL_ATTACKS.filter(({ source, gains, ends }) => !source || !gains.length || !ends.length)).toEqual(
      [],
    );
  });

  it('sends nothing that would be refused for its size alone', () => {
    expect(ALL_ATTACKS.filter(({ code }) => Buffer.byteLength(code) > MAX_EXEC_CODE_SIZE)).toEqual([]);
  });
});

/** Of JavaScript: where the way in matters. */
const javascriptThroughTheDoor = (kind: string, attacks: readonly Attack[]): readonly Attack[] =>
  kind === 'channel' || kind === 'state' ? attacks : attacks.filter(({ isRefused }) => isRefused);

describe('through the gateway', () => {
  let snapshotFolder: string | undefined;
  afterAll(async () => {
    if (snapshotFolder !== undefined) await rm(snapshotFolder, { recursive: true, force: true });
  });

  runAttacks(
    async () => {
      snapshotFolder = await mkdtemp(join(tmpdir(), 'rlm-snapshot-'));
      const { jail } = await probeJail();
      const world = await AttackWorld.build();
      // A worker that a program has killed or confused is told of, and the next takes its place.
      const executor = await Executor.start({ jail, snapshotFolder, onFault: () => {} });
      return { world, way: new GatewayWay(executor) };
    },
    new Map([
      ...[...JAVASCRIPT_ATTACKS]
        .map(([kind, attacks]) => [`javascript: ${kind}`, javascriptThroughTheDoor(kind, attacks)] as const)
        .filter(([, attacks]) => attacks.length > 0),
      ...[...PYTHON_ATTACKS].map(([kind, attacks]) => [`python: ${kind}`, attacks] as const),
    ]),
    new Set(['javascript: state', 'python: state']),
  );
});
