/**
 * The four functions a sandboxed program may call. Each stands for a tool and goes by its rules: the key must be allowed
 * that tool, the same guard decides paths, limits are the same, and every span is recorded with the run. What a program
 * reads stays on the gateway; so it is the run that is charged, with one call and the bytes that leave (ADR 10).
 */
import { z } from 'zod';
import { isRlmError, RlmError } from '../../shared/errors/rlm-error.ts';
import { MAX_SPAN_BYTES } from '../../shared/limits.ts';
import { mayUseTool } from '../access/principal.ts';
import type { HostCall, HostFunctionName, HostReply, Json } from '../exec/engine.ts';
import { MAX_LISTED_FILES } from '../exec/exec-limits.ts';
import type { RecordedSpan } from '../provenance/record.ts';
import { GlobSet } from '../repo/glob-set.ts';
import { MAX_PATH_DEPTH } from '../repo/repo-limits.ts';
import { normaliseRepoPath } from '../repo/repo-path.ts';
import { readSpan } from '../repo/span.ts';
import { walkTree } from '../repo/walk-tree.ts';
import { globs, repoPath } from './arguments.ts';
import { fsList } from './fs-list.ts';
import { parseArguments } from './parse-arguments.ts';
import { searchQuery } from './search-query.ts';
import { searchRegex } from './search-regex.ts';
import { rootsOf } from './session-roots.ts';
import { assertSpanRange, lineNumber, spanRead } from './span-read.ts';
import type { SessionCall, SessionTool, ToolServices } from './tool.ts';

/** Milliseconds a session that was open is taken to be so. */
const SESSION_CHECK_MS = 500;

interface Answer {
  readonly value: Json;
  readonly spans: readonly RecordedSpan[];
}

interface HostFunction {
  /** The tool whose right it needs. */
  readonly tool: SessionTool;
  /** In the order of their positions. */
  readonly parameters: readonly string[];
  run(
    unverifiedArguments: Readonly<Record<string, Json>>,
    call: SessionCall,
    services: ToolServices,
  ): Promise<Answer>;
}

const spanArguments = z.strictObject({
  path: repoPath('File.'),
  start_line: lineNumber,
  end_line: lineNumber,
});

const listArguments = z.strictObject({
  root: repoPath('Folder.').default('.'),
  patterns: globs('Git-style globs.'),
});

/**
 * A search tool as a function: the tool itself, with its list of results as the value.
 * @param own what the function calls the tool's first argument
 */
const searching = (tool: SessionTool, own: string, toolsOwn: string): HostFunction => ({
  tool,
  parameters: [own, 'scope', 'k'],
  run: async ({ [own]: text, ...rest }, call, services) => {
    const asked = text === undefined ? {} : { [toolsOwn]: text };
    const prepared = tool.prepare({ scope: '.', ...rest, ...asked, session_id: call.session.id });
    const { result, spans = [] } = await prepared.run(call, services);
    // Made of strings and numbers by the tool's own schema.
    return { value: result['results'] as Json, spans };
  },
});

export const HOST_FUNCTIONS: Readonly<Record<HostFunctionName, HostFunction>> = {
  read_span: { tool: spanRead, parameters: ['path', 'start_line', 'end_line'], run: readLines },
  search: searching(searchRegex, 'pattern', 'pattern'),
  query: searching(searchQuery, 'text', 'query'),
  list_files: { tool: fsList, parameters: ['root', 'patterns'], run: listFiles },
};

async function readLines(unverified: unknown, call: SessionCall): Promise<Answer> {
  const args = parseArguments(spanArguments, unverified);
  assertSpanRange(args);
  const path = normaliseRepoPath(args.path, 'path');
  await using opened = await call.repository.guard.open(path, rootsOf(call), 'file');
  const facts = await call.repository.facts.get(opened);
  if (facts.isBinary) throw new RlmError('BINARY_FILE', 'That file is binary.');
  const span = await readSpan(opened, facts, args.start_line, args.end_line, MAX_SPAN_BYTES);
  return {
    value: {
      path: opened.path,
      content: span.content,
      start_line: span.startLine,
      end_line: span.endLine,
      total_lines: facts.totalLines,
      is_truncated: span.isTruncated,
    },
    spans: [
      {
        file_path: opened.path,
        start_line: span.startLine,
        end_line: span.endLine,
        sha256: span.sha256,
        source_type: 'execution',
      },
    ],
  };
}

async function listFiles(unverified: unknown, call: SessionCall): Promise<Answer> {
  const args = parseArguments(listArguments, unverified);
  const root = normaliseRepoPath(args.root, 'root');
  const patterns = GlobSet.parse(args.patterns ?? [], 'patterns');
  const { guard } = call.repository;
  const paths: string[] = [];
  const walk = walkTree({ guard, roots: rootsOf(call), root, depth: MAX_PATH_DEPTH, signal: call.signal });
  for await (const { path, kind } of walk) {
    if (kind !== 'file' || !patterns.matches(path, false, root)) continue;
    if (paths.length === MAX_LISTED_FILES) {
      throw new RlmError(
        'LIMIT_EXCEEDED',
        `There are more than ${MAX_LISTED_FILES} such files: narrow root or patterns.`,
      );
    }
    paths.push(path);
  }
  return { value: paths, spans: [] };
}

/** One run's calls, and what they have read so far. */
export class HostCalls {
  readonly #call: SessionCall;
  readonly #services: ToolServices;
  /** By place and content: a line that is read a thousand times is one span. */
  readonly #spans = new Map<string, RecordedSpan>();
  #fault: unknown = null;
  /** When the session was last seen open, by the monotonic clock. */
  #sessionSeenAt = performance.now();

  constructor(call: SessionCall, services: ToolServices) {
    this.#call = call;
    this.#services = services;
  }

  /** Every span the program has read, each once, in order. */
  get spans(): readonly RecordedSpan[] {
    return [...this.#spans.values()];
  }

  /** A fault of ours that a call met: the program was told no more than that, and the run must not end as if all was well. */
  get fault(): unknown {
    return this.#fault;
  }

  /** Never rejects. */
  async answer(unverifiedCall: HostCall, signal: AbortSignal): Promise<HostReply> {
    try {
      const { tool, parameters, run } = HOST_FUNCTIONS[unverifiedCall.name];
      if (!mayUseTool(this.#call.principal, tool.name)) {
        throw new RlmError('SCOPE_DENIED', `This key may not use ${tool.name}.`);
      }
      await this.#requireOpenSession();
      const args = argumentsOf(unverifiedCall, parameters);
      const call = { ...this.#call, signal: AbortSignal.any([this.#call.signal, signal]) };
      const { value, spans } = await run(args, call, this.#services);
      for (const span of spans) this.#keep({ ...span, source_type: 'execution' });
      return { ok: true, value };
    } catch (error) {
      if (isRlmError(error) && error.code !== 'INTERNAL') {
        return { ok: false, code: error.code, message: error.message };
      }
      this.#fault ??= error;
      return { ok: false, code: 'INTERNAL', message: 'A fault of the gateway.' };
    }
  }

  /** A session may be closed while its program runs; to ask the store before each read would cost more than the read. */
  async #requireOpenSession(): Promise<void> {
    if (performance.now() - this.#sessionSeenAt < SESSION_CHECK_MS) return;
    await this.#services.sessions.find(this.#call.session.id, this.#call.principal.keyId);
    this.#sessionSeenAt = performance.now();
  }

  #keep(span: RecordedSpan): void {
    this.#spans.set(`${span.start_line}-${span.end_line} ${span.sha256} ${span.file_path}`, span);
  }
}

/**
 * Positions and names put together; `null` stands for an argument's default.
 * @throws `INVALID_ARGUMENT` too many, unknown or doubled ones
 */
function argumentsOf({ name, args, named }: HostCall, parameters: readonly string[]): Record<string, Json> {
  if (args.length > parameters.length) {
    throw new RlmError(
      'INVALID_ARGUMENT',
      `${name} takes ${parameters.length} arguments: ${parameters.join(', ')}.`,
    );
  }
  const given = new Map<string, Json>();
  args.forEach((value, at) => {
    given.set(parameters[at] ?? '', value);
  });
  for (const [parameter, value] of Object.entries(named)) {
    if (!parameters.includes(parameter)) {
      throw new RlmError('INVALID_ARGUMENT', `${name} takes only ${parameters.join(', ')}.`);
    }
    if (given.has(parameter)) throw new RlmError('INVALID_ARGUMENT', `${name} got ${parameter} twice.`);
    given.set(parameter, value);
  }
  return Object.fromEntries([...given].filter(([, value]) => value !== null));
}
