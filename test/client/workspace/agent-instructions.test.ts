import { expect, test } from 'vitest';
import { agentInstructions } from '../../../client/workspace/agent-instructions.ts';

/** docs/contract.md, typed here: instructions may name only tools that exist. */
const TOOLS = new Set([
  ...['rlm_session_create', 'rlm_session_close', 'rlm_roots_set', 'rlm_fs_list', 'rlm_fs_manifest'],
  ...['rlm_fs_handle_create', 'rlm_span_read', 'rlm_chunk_create', 'rlm_chunk_get', 'rlm_search_query'],
  ...['rlm_search_regex', 'rlm_exec_run', 'rlm_complete', 'rlm_provenance_report'],
]);

test('names only tools that exist, by the names that models see', () => {
  const named = agentInstructions('shop').match(/\brlm[_.][a-z_.]+/g) ?? [];
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((name) => !TOOLS.has(name))).toEqual([]);
});

test('tells the order of work: session, roots, search, span', () => {
  const text = agentInstructions('shop');
  const order = ['rlm_session_create', 'rlm_roots_set', 'rlm_search_query', 'rlm_span_read'].map((name) =>
    text.indexOf(name),
  );
  expect(order).toEqual([...order].sort((one, other) => one - other));
  expect(text).toContain('`repo: "shop"`');
  expect(agentInstructions(undefined)).not.toContain('`repo:');
});

test('fits on a screen', () => {
  expect(agentInstructions('shop').split('\n').length).toBeLessThanOrEqual(40);
});
