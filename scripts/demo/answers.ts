import { z } from 'zod';

/** The fields of tool results that the demonstration looks at; the contract has more. */
export const created = z.object({
  session_id: z.string(),
  repo: z.string(),
  commit: z.string().nullable(),
  config: z.object({ max_tool_calls: z.number() }),
});

export const listing = z.object({
  entries: z.array(z.object({ type: z.string(), path: z.string() })),
});

export const manifest = z.object({
  files: z.array(z.object({ path: z.string(), size: z.number(), hash: z.string(), lines: z.number() })),
  next_cursor: z.string().optional(),
});

export const handle = z.object({ file_handle: z.string(), total_lines: z.number(), sha256: z.string() });

export const span = z.object({
  content: z.string(),
  start_line: z.number(),
  end_line: z.number(),
  provenance: z.object({ file_path: z.string(), sha256: z.string() }),
  metadata: z.object({ line_count: z.number(), is_truncated: z.boolean() }),
});

export const chunks = z.object({
  chunks: z.array(z.object({ chunk_id: z.string(), start_line: z.number(), end_line: z.number() })),
});

export const found = z.object({
  results: z.array(z.object({ file_path: z.string(), start_line: z.number(), snippet: z.string() })),
});

export const ran = z.object({
  result: z.number(),
  sandbox: z.object({ engine: z.string(), isolation: z.string() }),
  provenance: z.object({ inputs_total: z.number() }),
});

export const report = z.object({
  provenance_graph: z.object({
    tool_calls: z.number(),
    output_bytes: z.number(),
    spans: z.array(z.object({ file_path: z.string(), start_line: z.number(), sha256: z.string() })),
    file_access_stats: z.record(z.string(), z.object({ spans: z.number(), lines: z.number() })),
  }),
  export_payload: z.string(),
  checkpoint: z.object({ seq: z.number(), hash: z.string(), gateway_key: z.string(), signature: z.string() }),
});

/** What `export_payload` holds. */
export const exported = z.object({
  records: z.array(z.object({ seq: z.number(), prev_hash: z.string(), hash: z.string(), leaf: z.string() })),
});

export const leaf = z.object({ tool: z.string(), outcome: z.string(), duration_ms: z.number() });
