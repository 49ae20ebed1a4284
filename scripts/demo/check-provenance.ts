import { exported, leaf, report } from './answers.ts';
import { sha256 } from './disk.ts';
import { expectThat } from './expect-that.ts';
import type { Ide, SeenCall } from './ide.ts';
import { count, type Narrator } from './narrator.ts';

/** Tools that cost a session nothing, and codes of calls that were refused for their arguments. */
const FREE_TOOLS = ['rlm.session.create', 'rlm.session.close', 'rlm.provenance.report'];
const FREE_OUTCOMES = ['INVALID_ARGUMENT', 'MISSING_ARGUMENT', 'LIMIT_EXCEEDED'];
const MAX_SHOWN_FILES = 12;
const CHAIN_DOMAIN = 'rlm-chain.v1\n';

/**
 * Asks for the session's provenance and compares it with what this end has seen: every call is in it, in order, with
 * its outcome; the records are chained to each other, so that none can be taken out; the chain ends in the checkpoint
 * that the gateway signs.
 */
export async function checkProvenance(
  ide: Ide,
  narrator: Narrator,
  own: { readonly session: string; readonly fingerprint: string },
): Promise<void> {
  const seen = [...ide.calls];
  const { graph, records, checkpoint } = await narrator.step('provenance report', async () => {
    const args = { session_id: own.session, export_json: true };
    const answer = report.parse(await ide.call('rlm_provenance_report', args));
    const payload: unknown = JSON.parse(answer.export_payload);
    const value = {
      graph: answer.provenance_graph,
      records: exported.parse(payload).records,
      checkpoint: answer.checkpoint,
    };
    return { value, said: count(value.records.length, 'record') };
  });
  await narrator.step('every call is recorded', async () => {
    const recorded = records.map((record): SeenCall => {
      const { tool, outcome } = leaf.parse(JSON.parse(record.leaf));
      return { tool, outcome };
    });
    const [expected, found] = [seen, recorded].map((calls) =>
      calls.map(({ tool, outcome }) => `${tool} ${outcome}`),
    );
    expectThat(String(expected) === String(found), `made: ${expected}; recorded: ${found}`);
    const charged = seen.filter(
      ({ tool, outcome }) => !FREE_TOOLS.includes(tool) && !FREE_OUTCOMES.includes(outcome),
    );
    expectThat(
      graph.tool_calls === charged.length,
      `${graph.tool_calls} calls counted, ${charged.length} made`,
    );
    return {
      value: undefined,
      said: `${count(seen.length, 'call')} made, the same recorded, ${charged.length} charged`,
    };
  });
  await narrator.step('every span is recorded', async () => {
    const recorded = new Set(graph.spans.map(({ sha256: hash }) => hash));
    const missing = ide.spanHashes.filter((hash) => !recorded.has(hash));
    expectThat(missing.length === 0, `${missing.length} of the spans that were read are not recorded`);
    const files = Object.keys(graph.file_access_stats).length;
    return {
      value: undefined,
      said: `${count(graph.spans.length, 'span')} of ${count(files, 'file')}, those that a program read included`,
    };
  });
  await narrator.step('the chain holds', async () => {
    records.forEach(({ seq, prev_hash, hash, leaf: bytes }, at) => {
      const expected = sha256(
        Buffer.concat([Buffer.from(CHAIN_DOMAIN), Buffer.from(prev_hash, 'hex'), Buffer.from(bytes)]),
      );
      expectThat(expected === hash, `record ${seq} is not what its hash says`);
      const before = records[at - 1];
      expectThat(
        before === undefined || before.hash === prev_hash,
        `record ${seq} does not follow the one before`,
      );
    });
    const last = records.at(-1);
    expectThat(last?.hash === checkpoint.hash, 'the checkpoint is not the last record');
    expectThat(checkpoint.gateway_key === own.fingerprint, 'the checkpoint is signed by another gateway');
    return {
      value: undefined,
      said: `to checkpoint ${checkpoint.seq}, signed by ${checkpoint.gateway_key.slice(0, 20)}…`,
    };
  });
  narrator.heading('What this session has read');
  const files = Object.entries(graph.file_access_stats).sort(([, a], [, b]) => b.lines - a.lines);
  for (const [path, { spans, lines }] of files.slice(0, MAX_SHOWN_FILES)) {
    narrator.line(`  ${count(lines, 'line').padStart(10)}  in ${count(spans, 'span').padEnd(9)} ${path}`);
  }
  const rest = files.length - MAX_SHOWN_FILES;
  if (rest > 0) narrator.line(`  ${count(rest, 'file')} more, with fewer lines`);
  narrator.line(`  ${graph.output_bytes.toLocaleString('en')} bytes in all answers together`);
}
