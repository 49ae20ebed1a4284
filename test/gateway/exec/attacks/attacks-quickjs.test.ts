/** Attacks straight on the JavaScript engine: no policy has read them before. */
import { probeJail } from '../../../../gateway/exec/jail/probe-jail.ts';
import { quickjsEngine } from '../../../../gateway/exec/javascript/engine.ts';
import { JAVASCRIPT_ATTACKS } from './attack-corpus.ts';
import { EngineWay } from './attack-ways.ts';
import { AttackWorld } from './attack-world.ts';
import { runAttacks } from './run-attacks.ts';

runAttacks(
  async () => {
    const world = await AttackWorld.build();
    const { jail } = await probeJail();
    return { world, way: await EngineWay.start(quickjsEngine(), jail) };
  },
  JAVASCRIPT_ATTACKS,
  new Set(['prototypes', 'channel', 'state']),
);
