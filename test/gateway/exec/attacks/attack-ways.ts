/** The ways a program can be run: through the gateway's door, or straight in an engine, where no policy stands before it. */
import { performance } from 'node:perf_hooks';
import type { Engine } from '../../../../gateway/exec/engine.ts';
import type { Executor } from '../../../../gateway/exec/executor.ts';
import type { Jail } from '../../../../gateway/exec/jail/jail.ts';
import { OutputBuffer } from '../../../../gateway/exec/output-buffer.ts';
import { WarmPool } from '../../../../gateway/exec/warm-pool.ts';
import { ATTACK_MEMORY_BYTES, type Attack } from './attack.ts';
import type { AttackAttempt, AttackOutcome } from './attack-attempt.ts';

export interface Way {
  readonly name: string;
  readonly hasPolicy: boolean;
  run(attack: Attack, attempt: AttackAttempt): Promise<AttackOutcome>;
  stop(): Promise<void>;
}

/** As every tool call comes in. */
export class GatewayWay implements Way {
  readonly name = 'the gateway';
  readonly hasPolicy = true;
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async run(attack: Attack, attempt: AttackAttempt): Promise<AttackOutcome> {
    const { end, stdout, stderr } = await this.#executor.run({
      language: attack.language,
      code: attempt.code,
      timeoutMs: attempt.timeoutMs,
      memoryBytes: attack.memoryBytes ?? ATTACK_MEMORY_BYTES,
      keyId: 'attacker',
      onHostCall: (call, signal) => attempt.answer(call, signal),
      signal: new AbortController().signal,
    });
    return { end, stdout, stderr, ranMs: null };
  }

  stop(): Promise<void> {
    return this.#executor.stop();
  }
}

/** Straight in an engine. Resolves once the worker is gone, too. */
export class EngineWay implements Way {
  readonly name: string;
  readonly hasPolicy = false;
  readonly #pool: WarmPool;

  private constructor(engine: Engine, jail: Jail) {
    this.name = engine.name;
    this.#pool = new WarmPool({ engine, jail, size: 2, maxStarts: 2, idleStopMs: null, onFault: () => {} });
  }

  static async start(engine: Engine, jail: Jail): Promise<EngineWay> {
    const way = new EngineWay(engine, jail);
    await way.#pool.warm();
    return way;
  }

  async run(attack: Attack, attempt: AttackAttempt): Promise<AttackOutcome> {
    const worker = await this.#pool.take(new AbortController().signal);
    const output = new OutputBuffer();
    const startedAt = performance.now();
    const end = await worker.run({
      code: attempt.code,
      timeoutMs: attempt.timeoutMs,
      memoryBytes: attack.memoryBytes ?? ATTACK_MEMORY_BYTES,
      onHostCall: (call, signal) => attempt.answer(call, signal),
      onOutput: (stream, text) => output.add(stream, text),
      signal: new AbortController().signal,
    });
    const ranMs = performance.now() - startedAt;
    await worker.gone;
    this.#pool.refill();
    return { end, stdout: output.stdout, stderr: output.stderr, ranMs };
  }

  stop(): Promise<void> {
    return this.#pool.stop();
  }
}
