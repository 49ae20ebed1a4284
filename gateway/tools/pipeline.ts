import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { ErrorCode } from '../../shared/errors/codes.ts';
import { isRlmError, RlmError } from '../../shared/errors/rlm-error.ts';
import { MAX_MESSAGE_FROM_GATEWAY_BYTES } from '../../shared/limits.ts';
import { assertMayUseRepo, mayUseTool } from '../access/principal.ts';
import { type CallRecord, commitArguments, type RecordedSpan } from '../provenance/record.ts';
import type { Recorder } from '../provenance/recorder.ts';
import type { Repository } from '../repo/repository.ts';
import type { Session } from '../sessions/session.ts';
import { bytesExceeded } from '../sessions/session-store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ToolTable } from './table.ts';
import type { CallContext, Outcome, SessionRun, SessionTool, Tool, ToolServices } from './tool.ts';

/** A tool's answer: one JSON object, and whether it is a failure. */
export interface ToolAnswer {
  readonly isError: boolean;
  readonly body: Readonly<Record<string, unknown>>;
  /** `body`, serialised once: what is counted is what is sent. */
  readonly text: string;
}

/** What is known of a call so far; the record and the log are made of it, whatever happens. */
interface Progress {
  session: Session | null;
  sessionId: string | null;
  repository: Repository | null;
  commit: string | null;
  isCharged: boolean;
}

const ARGUMENT_ERRORS: ReadonlySet<ErrorCode> = new Set([
  'INVALID_ARGUMENT',
  'MISSING_ARGUMENT',
  'LIMIT_EXCEEDED',
]);
/** Left for what is around an answer in its message: the envelope, and an id of the client's choice. */
const ENVELOPE_BYTES = 4_096;
const NO_SPANS: readonly RecordedSpan[] = [];

/**
 * The one way to a tool: scope, arguments, budget, run, record, answer, in this order, for every tool alike. No
 * answer leaves before its record is durable, and no tool can be written that skips a step.
 */
export class ToolPipeline {
  readonly #table: ToolTable;
  readonly #services: ToolServices;
  readonly #recorder: Recorder;
  readonly #logger: Logger;
  readonly #commitmentSecret: Uint8Array;

  constructor(parts: {
    readonly table: ToolTable;
    readonly services: ToolServices;
    readonly recorder: Recorder;
    readonly logger: Logger;
    readonly commitmentSecret: Uint8Array;
  }) {
    this.#table = parts.table;
    this.#services = parts.services;
    this.#recorder = parts.recorder;
    this.#logger = parts.logger;
    this.#commitmentSecret = parts.commitmentSecret;
  }

  /** Never throws: every failure is an answer with a code of the contract. */
  async call(name: string, unverifiedArguments: unknown, context: CallContext): Promise<ToolAnswer> {
    const startedAt = performance.now();
    const tool = this.#table.find(name);
    const progress: Progress = {
      session: null,
      sessionId: null,
      repository: null,
      commit: null,
      isCharged: false,
    };
    const finish = new CallEnd(tool?.name ?? 'unknown', startedAt, unverifiedArguments, context, progress);
    let outcome: Outcome;
    try {
      if (tool === null) throw new RlmError('UNKNOWN_TOOL', 'There is no such tool.');
      outcome = await this.#run(tool, unverifiedArguments, context, progress);
    } catch (error) {
      return this.#fail(finish, this.#toRlmError(error, context));
    }
    try {
      return await this.#succeed(finish, outcome);
    } catch (error) {
      return this.#fail(finish, this.#toRlmError(error, context));
    }
  }

  async #run(tool: Tool, unverified: unknown, context: CallContext, progress: Progress): Promise<Outcome> {
    if (!mayUseTool(context.principal, tool.name)) {
      throw new RlmError('SCOPE_DENIED', 'This key may not use this tool.');
    }
    if (tool.kind === 'standalone') {
      const prepared = tool.prepare(unverified);
      progress.sessionId = sessionIdForLog(prepared.sessionId);
      const outcome = await prepared.run(context, this.#services);
      await this.#attribute(outcome, progress);
      return outcome;
    }
    return this.#runInSession(tool, tool.prepare(unverified), context, progress);
  }

  async #runInSession(
    tool: SessionTool,
    prepared: SessionRun,
    context: CallContext,
    progress: Progress,
  ): Promise<Outcome> {
    progress.sessionId = sessionIdForLog(prepared.sessionId);
    const { sessions } = this.#services;
    const { keyId } = context.principal;
    const session = tool.isCharged
      ? await sessions.charge(prepared.sessionId, keyId)
      : await sessions.find(prepared.sessionId, keyId);
    progress.isCharged = tool.isCharged;
    progress.session = session;
    // A key's policy may have been narrowed since the session began.
    assertMayUseRepo(context.principal, session.repo);
    const repository = await this.#enter(session, progress);
    if (tool.needsRoots && session.roots === null) {
      throw new RlmError('NO_ROOTS', 'The session has no roots yet.');
    }
    context.signal.throwIfAborted();
    return prepared.run({ ...context, session, repository, commit: progress.commit }, this.#services);
  }

  async #enter(session: Session, progress: Progress): Promise<Repository> {
    const repository = await this.#attribute({ session }, progress);
    if (repository === null) {
      throw new RlmError('SCOPE_DENIED', 'The session’s repository is no longer served by this gateway.');
    }
    return repository;
  }

  /** Notes whose session and which repository the call was about, as far as there is one. */
  async #attribute({ session }: Pick<Outcome, 'session'>, progress: Progress): Promise<Repository | null> {
    if (session === undefined) return null;
    progress.session = session;
    progress.sessionId = session.id;
    progress.repository = this.#services.repositories.get(session.repo) ?? null;
    progress.commit = (await progress.repository?.commit()) ?? null;
    return progress.repository;
  }

  /** Records, then answers. The bytes of the answer are charged in the record's own commit. */
  async #succeed(end: CallEnd, outcome: Outcome): Promise<ToolAnswer> {
    const spans = outcome.spans ?? NO_SPANS;
    const body = await this.#withCanaryWarning(end, { success: true, ...outcome.result });
    const text = JSON.stringify(body);
    const bytes = Buffer.byteLength(text);
    // What could not be sent must not be recorded as given.
    if (!fitsMessage(text, bytes)) {
      throw new RlmError('LIMIT_EXCEEDED', `The answer, of ${bytes} bytes, is too large for one message.`);
    }
    const { session, isCharged } = end.progress;
    const guard =
      session !== null && isCharged ? this.#services.sessions.chargeBytes(session.id, bytes) : undefined;
    const position = await this.#recorder.append(
      end.record(this.#commitmentSecret, 'ok', bytes, spans),
      guard,
    );
    if (position === null && session !== null) throw bytesExceeded(session);
    this.#logSessionEvent(end, outcome);
    this.#logger.event('tool_call', {
      tool: end.tool,
      session_id: end.progress.sessionId,
      key_id: end.context.principal.keyId,
      duration_ms: end.elapsedMs(),
      output_bytes: bytes,
      seq: position?.seq ?? 0,
    });
    return { isError: false, body, text };
  }

  #logSessionEvent({ context }: CallEnd, { session, sessionEvent }: Outcome): void {
    if (session === undefined || sessionEvent === undefined) return;
    const fields = { session_id: session.id, key_id: context.principal.keyId, repo: session.repo };
    this.#logger.event(sessionEvent, fields);
  }

  async #fail(end: CallEnd, failure: RlmError): Promise<ToolAnswer> {
    const error = await this.#recordFailure(end, failure);
    this.#logger.event('tool_error', {
      tool: end.tool,
      session_id: end.progress.sessionId,
      key_id: end.context.principal.keyId,
      duration_ms: end.elapsedMs(),
      error: error.code,
      ...(typeof error.fields['error_id'] === 'string' ? { error_id: error.fields['error_id'] } : {}),
    });
    return errorAnswer(end.tool, error);
  }

  /** @returns what to answer with: the failure, or that not even it could be recorded */
  async #recordFailure(end: CallEnd, failure: RlmError): Promise<RlmError> {
    if (failure.code === 'PROVENANCE_UNAVAILABLE') return failure;
    const bytes = Buffer.byteLength(errorAnswer(end.tool, failure).text);
    const record = end.record(this.#commitmentSecret, failure.code, bytes, NO_SPANS);
    try {
      await this.#recorder.append(record, this.#refund(end, failure.code));
      return failure;
    } catch (error) {
      return this.#toRlmError(error, end.context);
    }
  }

  /** A call refused for its arguments costs nothing, even where that shows only while it runs. */
  #refund(end: CallEnd, code: ErrorCode) {
    const { session, isCharged } = end.progress;
    if (session === null || !isCharged || !ARGUMENT_ERRORS.has(code)) return undefined;
    return this.#services.sessions.refundCall(session.id);
  }

  async #withCanaryWarning(end: CallEnd, body: Record<string, unknown>): Promise<Record<string, unknown>> {
    const token = await end.progress.repository?.canaryToken();
    if (token === undefined || token === null || !JSON.stringify(body).includes(token)) return body;
    this.#logger.event('canary', {
      tool: end.tool,
      session_id: end.progress.sessionId,
      key_id: end.context.principal.keyId,
    });
    const warning =
      'The returned content holds this repository’s canary token; the access has been reported.';
    return { ...body, warning };
  }

  #toRlmError(error: unknown, context: CallContext): RlmError {
    if (isRlmError(error) && error.code === 'PROVENANCE_UNAVAILABLE') return error;
    if (context.signal.aborted) return new RlmError('CANCELLED', 'The client cancelled the call.');
    // A fault of ours gets an id that is in the log, also where whoever met it knew that it was one.
    if (isRlmError(error) && error.code !== 'INTERNAL') return error;
    const errorId = randomBytes(6).toString('hex');
    const fault = error instanceof Error ? error : new Error('not an Error');
    this.#logger.event('internal_error', { error_id: errorId, name: fault.name, stack: framesOf(fault) });
    return new RlmError('INTERNAL', `A fault of the gateway, logged as ${errorId}.`, {
      fields: { error_id: errorId },
    });
  }
}

/** An answer travels twice in its message: as an object, and as text, where each quote takes two characters. */
const fitsMessage = (text: string, bytes: number): boolean => {
  const room = MAX_MESSAGE_FROM_GATEWAY_BYTES - ENVELOPE_BYTES;
  return bytes * 3 <= room || bytes + Buffer.byteLength(JSON.stringify(text)) <= room;
};

/** A claimed id is logged only where it has an id's form: it might be anything, a file's content included. */
const sessionIdForLog = (claimed: string | null): string | null =>
  claimed !== null && /^s_[A-Za-z0-9_-]{24}$/.test(claimed) ? claimed : null;

/** The stack without the message, which might quote content, and even lines that look like frames. */
const framesOf = ({ stack = '', message }: Error): string =>
  stack
    .slice(stack.indexOf(message) + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim())
    .join(' | ');

function errorAnswer(tool: string, error: RlmError): ToolAnswer {
  const body = {
    success: false,
    error: error.sentence,
    error_code: error.code,
    tool,
    ...error.fields,
  };
  return { isError: true, body, text: JSON.stringify(body) };
}

/** One call at its end: makes the record, whichever way it ended. */
class CallEnd {
  readonly tool: string;
  readonly context: CallContext;
  readonly progress: Progress;
  readonly #startedAt: number;
  readonly #unverifiedArguments: unknown;

  constructor(
    tool: string,
    startedAt: number,
    unverifiedArguments: unknown,
    context: CallContext,
    progress: Progress,
  ) {
    this.tool = tool;
    this.#startedAt = startedAt;
    this.#unverifiedArguments = unverifiedArguments;
    this.context = context;
    this.progress = progress;
  }

  elapsedMs(): number {
    return Math.round((performance.now() - this.#startedAt) * 1000) / 1000;
  }

  record(
    secret: Uint8Array,
    outcome: CallRecord['outcome'],
    outputBytes: number,
    spans: readonly RecordedSpan[],
  ): CallRecord {
    return {
      v: 1,
      at: Date.now(),
      key_id: this.context.principal.keyId,
      instance: this.context.instance,
      // Only a session that was proved to be the caller's: a claimed id might be anything.
      session_id: this.progress.session?.id ?? null,
      tool: this.tool,
      repo: this.progress.session?.repo ?? null,
      commit: this.progress.commit,
      outcome,
      duration_ms: this.elapsedMs(),
      output_bytes: outputBytes,
      arguments_commitment: commitArguments(secret, this.#unverifiedArguments),
      spans,
    };
  }
}
