import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { LineChild } from './support/line-child.ts';
import { INITIALIZE, INITIALIZED, LIST_TOOLS } from './support/mcp-messages.ts';
import { printTable } from './support/print-table.ts';
import { inTurns, type Series } from './support/rounds.ts';
import { onStage } from './support/stage.ts';

/**
 * How long an IDE waits for its tools: from starting the bridge to the answer to `tools/list`, with the key read from
 * the keychain, TLS, both signatures and a new MCP session on the gateway. The floor is a Node that does nothing.
 */
const ROUNDS = 30;
const WARM_UPS = 3;
const FLOOR = 'node -e 0';

await onStage(async ({ bridge, linePipe }) => {
  const series: readonly Series[] = [
    {
      name: FLOOR,
      measure: async () => {
        const startedMs = performance.now();
        const child = spawn(bridge.command, ['-e', '0'], { env: bridge.env, stdio: 'ignore' });
        await once(child, 'exit');
        return performance.now() - startedMs;
      },
    },
    {
      name: 'bare line pipe, first echo',
      measure: () => timeToAnswer(linePipe, async (child) => child.ask(LIST_TOOLS)),
    },
    {
      name: 'rlm-bridge, tools/list',
      measure: () =>
        timeToAnswer(bridge, async (child) => {
          await child.ask(INITIALIZE);
          child.send(INITIALIZED);
          return child.ask(LIST_TOOLS);
        }),
    },
  ];
  printTable(`Cold start, ${ROUNDS} rounds in turns`, await inTurns(series, ROUNDS, WARM_UPS), FLOOR);
});

async function timeToAnswer(
  launch: ConstructorParameters<typeof LineChild>[0],
  talk: (child: LineChild) => Promise<Record<string, unknown>>,
): Promise<number> {
  const startedMs = performance.now();
  const child = new LineChild(launch);
  try {
    const answer = await talk(child);
    const tookMs = performance.now() - startedMs;
    if ('error' in answer) throw new Error(`refused: ${JSON.stringify(answer['error'])}`);
    await child.end();
    return tookMs;
  } finally {
    child.kill();
  }
}
