/**
 * Attacks straight on the two engines of Python: no policy has read them before, and the full tier gets also those that
 * the fast one would never have let come so far.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { probeJail } from '../../../../gateway/exec/jail/probe-jail.ts';
import { montyExecutable } from '../../../../gateway/exec/python/monty/executable.ts';
import { montyEngine } from '../../../../gateway/exec/python/monty/monty-engine.ts';
import { pyodideEngine } from '../../../../gateway/exec/python/pyodide/engine.ts';
import { PYTHON_ATTACKS } from './attack-corpus.ts';
import { EngineWay } from './attack-ways.ts';
import { AttackWorld } from './attack-world.ts';
import { runAttacks } from './run-attacks.ts';

describe('monty', () => {
  runAttacks(
    async () => {
      const executable = montyExecutable();
      if (executable === null) throw new Error('no worker of Monty for this system');
      const { jail } = await probeJail();
      const world = await AttackWorld.build();
      return { world, way: await EngineWay.start(montyEngine({ executable }), jail) };
    },
    PYTHON_ATTACKS,
    'after each',
  );
});

describe('pyodide', () => {
  let snapshotFolder: string | undefined;
  afterAll(async () => {
    if (snapshotFolder !== undefined) await rm(snapshotFolder, { recursive: true, force: true });
  });

  runAttacks(
    async () => {
      snapshotFolder = await mkdtemp(join(tmpdir(), 'rlm-snapshot-'));
      const { jail } = await probeJail();
      const world = await AttackWorld.build();
      return { world, way: await EngineWay.start(pyodideEngine({ snapshotFolder }), jail) };
    },
    PYTHON_ATTACKS,
    new Set(['state']),
  );
});
