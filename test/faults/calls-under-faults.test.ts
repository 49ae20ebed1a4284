import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { bridgeLaunch } from '../support/e2e-bridge.ts';
import { CLIENT_KINDS, connectClient, type E2eClient } from '../support/e2e-clients.ts';
import { startE2eGateway } from '../support/e2e-gateway.ts';
import { makeE2eRepository } from '../support/e2e-repository.ts';
import { callerRepository, type MadeCall, makeCalls } from '../support/fault-callers.ts';
import { decideFaults, inflict } from '../support/fault-driver.ts';
import { FaultEvidence, type LedgerRow } from '../support/fault-evidence.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { chanceOf, faultSeed } from '../support/fault-seed.ts';
import { brokenLinks, testFolder } from '../support/gateway-store.ts';

const CLIENTS_PER_KIND = 2;
const CALLS_PER_CLIENT = 60;
const FAULTS = 18;
/** Answers between two faults. */
const GAP = Math.floor((CLIENT_KINDS.length * CLIENTS_PER_KIND * CALLS_PER_CLIENT) / (FAULTS + 1));

const seed = faultSeed();

test(`[LG1] [LG3] [RL4] under cuts, stalls, stops and kills every call happens exactly once (FAULT_SEED=${seed})`, async () => {
  const chance = chanceOf(seed);
  const faults = decideFaults(chance, FAULTS);
  const told = `FAULT_SEED=${seed} ${JSON.stringify(faults)}`;
  const { gateway, proxy, clients } = await startAll();

  const calls: MadeCall[] = [];
  let answered: () => void = () => undefined;
  const making = Promise.all(
    clients.map((client) =>
      makeCalls(client, CALLS_PER_CLIENT, chanceOf(chance.between(1, 2 ** 30)), (call) => {
        calls.push(call);
        answered();
      }),
    ),
  );
  for (const [index, fault] of faults.entries()) {
    while (calls.length < (index + 1) * GAP) {
      await new Promise<void>((resolve) => {
        answered = resolve;
      });
    }
    await inflict(fault, gateway, proxy);
  }
  await making;
  proxy.cutAfter(Number.POSITIVE_INFINITY);

  // Every request was answered, once, and with success: no outage was longer than the bridge waits.
  expect(calls.length, told).toBe(clients.length * (CALLS_PER_CLIENT + 3));
  expect(
    calls.filter(({ outcome }) => outcome !== 'ok'),
    told,
  ).toEqual([]);
  expect(
    clients.flatMap(({ complaints }) => complaints),
    told,
  ).toEqual([]);

  const evidence = new FaultEvidence(gateway.data);
  onTestFinished(() => evidence.close());
  await expectLedgerToForget(evidence, clients, told);
  const broken = gateway.log().split('"event":"connection_open"').length - 1 - clients.length;
  const kept = evidence.ledger;
  expect(
    kept.filter(({ isAnswered }) => !isAnswered),
    told,
  ).toEqual([]);
  expect(kept.length, told).toBeLessThanOrEqual(broken * 32);

  for (const client of clients) await client.close();
  expect(await Promise.all(clients.map(({ bridgePid }) => isRunning(bridgePid))), told).not.toContain(true);
  await proxy.drained();
  expect(await gateway.stop('SIGTERM'), told).toBe(0);

  expectOneRecordPerCall(evidence, calls, told);
});

async function startAll() {
  const repository = await makeE2eRepository(callerRepository());
  onTestFinished(() => repository.remove());
  const proxy = await startFaultProxy();
  onTestFinished(() => proxy.close());
  const config = join(await testFolder(), 'config.json');
  await writeFile(config, JSON.stringify({ public_authorities: [`127.0.0.1:${proxy.port}`] }));
  const gateway = await startE2eGateway({
    repos: [`app=${repository.path}`],
    args: ['--config', config],
  });
  onTestFinished(() => gateway.remove());
  proxy.target = Number(new URL(gateway.url).port);
  const launch = bridgeLaunch(gateway, { url: `https://127.0.0.1:${proxy.port}` });
  const kinds = CLIENT_KINDS.flatMap((kind) => Array.from({ length: CLIENTS_PER_KIND }, () => kind));
  const clients = await Promise.all(kinds.map((kind) => connectClient(kind, launch)));
  onTestFinished(async () => {
    for (const client of clients) await client.close();
  });
  return { gateway, proxy, clients };
}

/** The network is whole again: what is called now is acknowledged, and forgotten. */
async function expectLedgerToForget(
  evidence: FaultEvidence,
  clients: readonly E2eClient[],
  told: string,
): Promise<void> {
  const nameOf = ({ instance, request }: LedgerRow): string => `${instance} ${request}`;
  const before = new Set(evidence.ledger.map(nameOf));
  // A name no tool has: recorded, but no call of a session, and no effect.
  for (const client of clients) {
    expect((await client.call('rlm_nothing')).body, told).toMatchObject({ error_code: 'UNKNOWN_TOOL' });
  }
  while (!evidence.ledger.every((row) => before.has(nameOf(row)))) await setImmediate();
}

/** What the gateway holds is what the clients were told, nothing more and nothing twice. */
function expectOneRecordPerCall(evidence: FaultEvidence, calls: readonly MadeCall[], told: string): void {
  expect(brokenLinks(evidence.records), told).toEqual([]);
  const leaves = evidence.leaves.filter(({ tool }) => tool !== 'unknown');
  expect(
    leaves.filter(({ outcome }) => outcome !== 'ok'),
    told,
  ).toEqual([]);

  const sessionOf = ({ session, body }: MadeCall): string => session ?? String(body['session_id']);
  const dotted = (tool: string): string =>
    tool === 'rlm_fs_handle_create' ? 'rlm.fs.handle.create' : tool.replaceAll('_', '.');
  const recorded = leaves.map(({ session_id, tool }) => `${session_id} ${tool}`).toSorted();
  expect(recorded, told).toEqual(calls.map((call) => `${sessionOf(call)} ${dotted(call.tool)}`).toSorted());
  // No two calls of a session have the same arguments, so no two records of it may.
  const commitments = leaves.map((leaf) => `${leaf.session_id} ${leaf.tool} ${leaf.arguments_commitment}`);
  expect(new Set(commitments).size, told).toBe(leaves.length);

  const spansRead = leaves
    .filter(({ tool }) => tool === 'rlm.span.read')
    .flatMap(({ session_id, spans }) =>
      spans.map((span) => `${session_id} ${span.start_line}-${span.end_line}`),
    );
  const spansGiven = calls
    .filter(({ tool }) => tool === 'rlm_span_read')
    .map(({ session, args, body }) => `${session} ${args['start_line']}-${body['end_line']}`);
  expect(spansRead.toSorted(), told).toEqual(spansGiven.toSorted());

  const given = (tool: string, field: string): readonly string[] =>
    calls.filter((call) => call.tool === tool).map(({ body }) => String(body[field]));
  expect(evidence.handles, told).toEqual(given('rlm_fs_handle_create', 'file_handle').toSorted());
  expect(
    evidence.sessions.map(({ id }) => id),
    told,
  ).toEqual(given('rlm_session_create', 'session_id').toSorted());

  for (const { id, used_calls, used_bytes } of evidence.sessions) {
    const charged = leaves.filter(
      ({ session_id, tool }) => session_id === id && tool !== 'rlm.session.create',
    );
    const made = calls.filter(({ session }) => session === id).length;
    const bytes = charged.reduce((sum, { output_bytes }) => sum + output_bytes, 0);
    expect({ id, used_calls, used_bytes }, told).toEqual({ id, used_calls: made, used_bytes: bytes });
  }
}

const isRunning = async (pid: number): Promise<boolean> =>
  /^State:\s+[^ZX]/m.test(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''));
