import { Agent } from './support/agent.ts';
import { LineChild } from './support/line-child.ts';
import { printTable } from './support/print-table.ts';
import { inTurns, type Series } from './support/rounds.ts';
import { onStage } from './support/stage.ts';

/**
 * How long an agent waits for one small answer: ten lines of a file, through the bridge, with the budget charged and
 * the record durable on disk before the answer leaves. The floor is the same message echoed through a bare line pipe
 * over the same TLS: processes, pipes and sockets, and nothing of ours.
 */
const ROUNDS = 300;
const WARM_UPS = 30;
const FLOOR = 'bare line pipe, echo';

await onStage(async ({ bridge, linePipe }) => {
  const [pipe, ours] = [new LineChild(linePipe), new LineChild(bridge)];
  try {
    const agent = await Agent.open(ours, ROUNDS + WARM_UPS);
    const series: readonly Series[] = [
      { name: FLOOR, measure: () => timed(() => pipe.ask(agent.readLines())) },
      {
        name: 'ping',
        measure: () => timed(() => ours.ask({ jsonrpc: '2.0', id: agent.nextId(), method: 'ping' })),
      },
      {
        name: 'rlm_span_read, 10 lines',
        measure: () => timed(async () => agent.mustSucceed(await ours.ask(agent.readLines()))),
      },
    ];
    printTable(`One small call, ${ROUNDS} rounds in turns`, await inTurns(series, ROUNDS, WARM_UPS), FLOOR);
    await Promise.all([pipe.end(), ours.end()]);
  } finally {
    pipe.kill();
    ours.kill();
  }
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
