import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ErrorCode } from '../../shared/errors/codes.ts';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import {
  MAX_CONFIGURED_EXEC_TIMEOUT_MS,
  MAX_EXEC_CODE_SIZE,
  MAX_EXEC_MEMORY_MB,
  MAX_EXEC_TIMEOUT_MS,
  MIN_EXEC_MEMORY_MB,
} from '../../shared/limits.ts';
import type { EngineEnd } from '../exec/engine.ts';
import { type ExecOutcome, LANGUAGES } from '../exec/executor.ts';
import { sessionId } from './arguments.ts';
import { HostCalls } from './host-functions.ts';
import { spanProvenance } from './span-provenance.ts';
import { type Outcome, type SessionCall, sessionTool, type ToolServices } from './tool.ts';

const MIB = 1024 * 1024;
/**
 * Spans a result lists. A program that reads a thousand files is asked for its answer, not for a thousand hashes in the
 * model's context; all of them are in the run's record.
 */
const MAX_LISTED_INPUTS = 100;

const input = z.strictObject({
  session_id: sessionId,
  code: z
    .string()
    .min(1)
    .max(MAX_EXEC_CODE_SIZE)
    .describe(`The program, at most ${MAX_EXEC_CODE_SIZE} bytes.`),
  timeout_ms: z.number().int().min(1).max(MAX_CONFIGURED_EXEC_TIMEOUT_MS).default(MAX_EXEC_TIMEOUT_MS),
  memory_limit_mb: z
    .number()
    .int()
    .min(MIN_EXEC_MEMORY_MB)
    .max(MAX_EXEC_MEMORY_MB)
    .default(MAX_EXEC_MEMORY_MB),
  language: z.enum(LANGUAGES).default('python'),
});

/** Runs a program beside the repository. */
export const execRun = sessionTool({
  name: 'rlm.exec.run',
  title: 'Run code',
  description:
    'Runs a program on the gateway; gives its output and last expression. To count, filter or join over many files in one ' +
    'call. It has no files or network, only (JavaScript: readSpan, listFiles): ' +
    'read_span(path, start_line, end_line) -> {content, end_line, total_lines, is_truncated, …}, limits as rlm_span_read; ' +
    'search(regex, scope=".", k=10), query(text, scope=".", k=5) -> [{file_path, start_line, snippet, …}]; ' +
    'list_files(root=".", patterns=None) -> [path]. Example: ' +
    '{"session_id":"s_…","code":"sum(read_span(p, 1, 1)[\'total_lines\'] for p in list_files(\'src\', [\'*.py\']))"}',
  input,
  output: {
    stdout: z.string(),
    stderr: z.string(),
    result: z.unknown(),
    execution_time: z.number().describe('Seconds.'),
    artifacts: z.array(z.unknown()),
    provenance: z.looseObject({}),
    sandbox: z.looseObject({}),
  },
  isReadOnly: true,
  check: ({ code }) => {
    const bytes = Buffer.byteLength(code);
    if (bytes > MAX_EXEC_CODE_SIZE) {
      throw new RlmError(
        'LIMIT_EXCEEDED',
        `The argument code is over its limit: ${bytes} bytes, at most ${MAX_EXEC_CODE_SIZE} bytes.`,
      );
    }
  },
  run: async (args, call, services) => {
    const { executor, maxTimeoutMs } = execOf(services);
    // Whoever leaves the default alone has not asked for more than an administrator allows.
    const isDefault = args.timeout_ms === MAX_EXEC_TIMEOUT_MS;
    if (!isDefault && args.timeout_ms > maxTimeoutMs) {
      throw new RlmError(
        'LIMIT_EXCEEDED',
        `The argument timeout_ms is over its limit: ${args.timeout_ms}, at most ${maxTimeoutMs} on this gateway.`,
      );
    }
    const calls = new HostCalls(call, services);
    try {
      const ran = await executor.run({
        language: args.language,
        code: args.code,
        timeoutMs: Math.min(args.timeout_ms, maxTimeoutMs),
        memoryBytes: args.memory_limit_mb * MIB,
        keyId: call.principal.keyId,
        onHostCall: (hostCall, signal) => calls.answer(hostCall, signal),
        // A program does not outlive its session, wherever it waits.
        signal: AbortSignal.any([call.signal, AbortSignal.timeout(leftOf(call))]),
      });
      call.signal.throwIfAborted();
      if (calls.fault !== null) throw calls.fault;
      return outcomeOf(args.code, ran, calls, call);
    } finally {
      call.noteReads(calls.spans);
    }
  },
});

function execOf({ exec }: ToolServices): NonNullable<ToolServices['exec']> {
  // The table of a gateway that runs no code does not hold this tool.
  if (exec === null) throw new Error('rlm.exec.run is in the table of a gateway without an executor');
  return exec;
}

const leftOf = ({ session }: SessionCall): number =>
  Math.max(0, session.createdAt + session.config.timeout_ms - Date.now());

function outcomeOf(code: string, ran: ExecOutcome, calls: HostCalls, call: SessionCall): Outcome {
  const { end, stdout, stderr } = ran;
  const { spans } = calls;
  const failure = failureOf(end, ran);
  const traceback = end.kind === 'raised' ? end.traceback : '';
  const common = {
    stdout,
    // Where a terminal would show it: after what the program itself has said.
    stderr: traceback === '' ? stderr : `${stderr}${traceback.endsWith('\n') ? traceback : `${traceback}\n`}`,
    ...(end.kind === 'completed' ? { result: end.result ?? null } : {}),
    execution_time: Math.round(ran.executionMs) / 1000,
    artifacts: [],
    provenance: {
      code_hash: sha256(code),
      inputs: spans.slice(0, MAX_LISTED_INPUTS).map((span) => spanProvenance(span, call)),
      inputs_total: spans.length,
      outputs: [
        { name: 'stdout', bytes: Buffer.byteLength(stdout), content_hash: sha256(stdout).slice(0, 16) },
        { name: 'stderr', bytes: Buffer.byteLength(stderr), content_hash: sha256(stderr).slice(0, 16) },
      ],
    },
    sandbox: { engine: ran.engine, isolation: ran.isolation },
  };
  if (failure === null) return { result: common, spans };
  const line = 'line' in end && end.line !== null ? { line: end.line } : {};
  return {
    result: {},
    spans,
    failure: new RlmError(failure.code, failure.message, { fields: { ...common, ...line } }),
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function failureOf(
  end: EngineEnd,
  { executionMs }: ExecOutcome,
): { readonly code: ErrorCode; readonly message: string } | null {
  switch (end.kind) {
    case 'completed':
      return null;
    case 'raised':
      return {
        code: 'EXEC_ERROR',
        message: `The code raised ${nameOf(end.type)}${atLine(end.line)}; stderr says more.`,
      };
    case 'syntax':
      return { code: 'EXEC_SYNTAX', message: `The code cannot be read${atLine(end.line)}: ${end.message}.` };
    case 'denied':
      return { code: 'EXEC_DENIED', message: `${end.message}${atLine(end.line)}.` };
    case 'timeout':
      return { code: 'EXEC_TIMEOUT', message: `The code was stopped after ${Math.round(executionMs)} ms.` };
    case 'memory':
      return { code: 'EXEC_MEMORY', message: 'The code held more memory than its limit.' };
    case 'crashed':
      return { code: 'EXEC_ERROR', message: 'The interpreter broke down under the code.' };
    case 'cancelled':
      return { code: 'EXEC_TIMEOUT', message: 'The session’s time was over before the code had ended.' };
    default:
      throw new Error(`an end that nobody knows: ${JSON.stringify(end satisfies never)}`);
  }
}

/** A worker's word is anything. */
const nameOf = (type: string): string => (/^[\w.$]{1,100}$/.test(type) ? type : 'an error');
const atLine = (line: number | null): string => (line === null ? '' : ` at line ${line}`);
