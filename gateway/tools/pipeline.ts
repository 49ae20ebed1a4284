import { randomBytes } from 'node:crypto';
import type { ErrorCode } from '../../shared/errors/codes.ts';
import { isRlmError, RlmError } from '../../shared/errors/rlm-error.ts';
import { assertMayUseRepo, mayUseTool } from '../access/principal.ts';
import type { CallLedger } from '../provenance/call-ledger.ts';
import type { RecordedSpan } from '../provenance/record.ts';
import type { Recorder } from '../provenance/recorder.ts';
import type { Repository } from '../repo/repository.ts';
import type { Session } from '../sessions/session.ts';
import { bytesExceeded } from '../sessions/session-store.ts';
import { type Compilable, isAppended } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import { Call } from './call.ts';
import type { ToolTable } from './table.ts';
import type { CallContext, Outcome, SessionCall, SessionRun, SessionTool, ToolServices } from './tool.ts';
import { answerFromText, errorAnswer, fitsMessage, type ToolAnswer } from './tool-answer.ts';

const ARGUMENT_ERRORS: ReadonlySet<ErrorCode> = new Set([
  'INVALID_ARGUMENT',
  'MISSING_ARGUMENT',
  'LIMIT_EXCEEDED',
]);
const NO_SPANS: readonly RecordedSpan[] = [];
/** A claim fails once where the entry goes at that moment; it does not go twice. */
const CLAIM_ATTEMPTS = 2;

/**
 * The one way to a tool: scope, arguments, budget, run, record, answer, in this order, for every tool alike. No
 * answer leaves before its record is durable, and no tool can be written that skips a step.
 */
export class ToolPipeline {
  readonly #table: ToolTable;
  readonly #services: ToolServices;
  readonly #recorder: Recorder;
  readonly #ledger: CallLedger;
  /** Calls running here, by their ledger key: one that comes again joins the first. */
  readonly #running = new Map<
    string,
    { readonly answering: Promise<ToolAnswer>; readonly cancellation: AbortController }
  >();
  readonly #logger: Logger;
  readonly #commitmentSecret: Uint8Array;

  constructor(parts: {
    readonly table: ToolTable;
    readonly services: ToolServices;
    readonly recorder: Recorder;
    readonly ledger: CallLedger;
    readonly logger: Logger;
    readonly commitmentSecret: Uint8Array;
  }) {
    this.#table = parts.table;
    this.#services = parts.services;
    this.#recorder = parts.recorder;
    this.#ledger = parts.ledger;
    this.#logger = parts.logger;
    this.#commitmentSecret = parts.commitmentSecret;
  }

  /**
   * Never throws: every failure is an answer with a code of the contract. A call that is sent again is answered with
   * what the first one came to, whether that is stored, still running, or was broken off by a crash.
   */
  call(name: string, unverifiedArguments: unknown, context: CallContext): Promise<ToolAnswer> {
    const cancellation = new AbortController();
    const cancellable = { ...context, signal: cancellation.signal };
    const tool = this.#table.find(name);
    const call = new Call(tool, name, unverifiedArguments, cancellable, this.#commitmentSecret);
    const { runningKey } = call;
    const running = runningKey === null ? undefined : this.#running.get(runningKey);
    if (running !== undefined) {
      // Its client can only cancel the call where it is now.
      cancelWith(context.signal, running.cancellation);
      return this.#repeated(call, 'joined', running.answering);
    }
    cancelWith(context.signal, cancellation);
    if (runningKey === null) return this.#answer(call);
    const answering = this.#answer(call).finally(() => this.#running.delete(runningKey));
    this.#running.set(runningKey, { answering, cancellation });
    return answering;
  }

  /** The caller has these answers and will not ask for them again. Nobody waits for the ledger to forget them. */
  delivered(
    caller: Pick<CallContext, 'principal' | 'instance'>,
    requests: readonly (string | number)[],
  ): void {
    const { principal, instance } = caller;
    if (instance === null) return;
    // A store that is away keeps them until they are too old.
    this.#ledger.forget({ keyId: principal.keyId, instance }, requests).catch(() => undefined);
  }

  async #answer(call: Call): Promise<ToolAnswer> {
    try {
      return await this.#conclude(call, await this.#run(call));
    } catch (error) {
      if (error instanceof AnsweredBefore) return this.#repeated(call, 'stored', error.answer);
      return this.#fail(call, this.#toRlmError(error, call.context));
    }
  }

  async #run(call: Call): Promise<Outcome> {
    const { tool, context } = call;
    if (tool === null) throw new RlmError('UNKNOWN_TOOL', 'There is no such tool.');
    if (!mayUseTool(context.principal, tool.name)) {
      throw new RlmError('SCOPE_DENIED', 'This key may not use this tool.');
    }
    if (tool.kind === 'session')
      return this.#runInSession(tool, tool.prepare(call.unverifiedArguments), call);
    const prepared = tool.prepare(call.unverifiedArguments);
    call.claimSession(prepared.sessionId);
    await this.#claim(call);
    const outcome = await prepared.run(context, this.#services);
    await this.#attribute(outcome, call);
    return outcome;
  }

  async #runInSession(tool: SessionTool, prepared: SessionRun, call: Call): Promise<Outcome> {
    const { context } = call;
    call.claimSession(prepared.sessionId);
    const session = tool.isCharged
      ? await this.#charge(prepared.sessionId, call)
      : await this.#enterFree(prepared.sessionId, call);
    call.isCharged = tool.isCharged;
    call.session = session;
    // A key's policy may have been narrowed since the session began.
    assertMayUseRepo(context.principal, session.repo);
    const repository = await this.#attribute({ session }, call);
    if (repository === null) {
      throw new RlmError('SCOPE_DENIED', 'The session’s repository is no longer served by this gateway.');
    }
    if (tool.needsRoots && session.roots === null) {
      throw new RlmError('NO_ROOTS', 'The session has no roots yet.');
    }
    context.signal.throwIfAborted();
    const noteReads: SessionCall['noteReads'] = (spans) => {
      call.reads = spans;
    };
    return prepared.run({ ...context, session, repository, commit: call.commit, noteReads }, this.#services);
  }

  /** Charges the session in the commit that claims the call; one that was claimed before is charged already. */
  async #charge(sessionId: string, call: Call): Promise<Session> {
    const { sessions } = this.#services;
    const { keyId } = call.context.principal;
    let charged: Session | null = null;
    const mayRun = await this.#claimWith(call, async (claim) => {
      charged = await sessions.charge(sessionId, keyId, ...claim);
      return charged !== null;
    });
    return mayRun === 'again' || charged === null ? sessions.find(sessionId, keyId) : charged;
  }

  async #enterFree(sessionId: string, call: Call): Promise<Session> {
    await this.#claim(call);
    return this.#services.sessions.find(sessionId, call.context.principal.keyId);
  }

  async #claim(call: Call): Promise<void> {
    const { store } = this.#services;
    await this.#claimWith(call, async (claim) => claim.length === 0 || (await store.guarded(claim)).heldAll);
  }

  /**
   * Claims the call and does what goes with the claim, or finds what it has come to already.
   * @param doWith resolves to whether the claim held; without one it cannot fail
   * @returns whether it runs for the first time, or again after a crash
   * @throws {@link AnsweredBefore}
   */
  async #claimWith(
    call: Call,
    doWith: (claim: readonly [] | readonly [Compilable]) => Promise<boolean>,
  ): Promise<'first' | 'again'> {
    for (let attempt = 1; attempt <= CLAIM_ATTEMPTS && call.ledgerKey !== null; attempt += 1) {
      if (await doWith([this.#ledger.claim(call.ledgerKey, call.fingerprint)])) {
        call.isClaimed = true;
        return 'first';
      }
      const entry = await this.#ledger.look(call.ledgerKey, call.fingerprint);
      if (entry?.kind === 'answered') throw new AnsweredBefore(answerFromText(entry.answer));
      if (entry?.kind === 'begun') {
        call.isClaimed = true;
        return this.#repeated(call, 'run again', 'again');
      }
      if (entry?.kind === 'other') break;
    }
    // Another call under this id runs at this moment: a client that does so is not one that sends again.
    call.forgoLedger();
    await doWith([]);
    return 'first';
  }

  #repeated<T>(call: Call, how: 'joined' | 'stored' | 'run again', answer: T): T {
    const { keyId } = call.context.principal;
    this.#logger.event('call_repeated', { key_id: keyId, tool: call.toolName, how });
    return answer;
  }

  /** Notes whose session and which repository the call was about, as far as there is one. */
  async #attribute({ session }: Pick<Outcome, 'session'>, call: Call): Promise<Repository | null> {
    if (session === undefined) return null;
    call.session = session;
    call.repository = this.#services.repositories.get(session.repo) ?? null;
    call.commit = (await call.repository?.commit()) ?? null;
    return call.repository;
  }

  /** Records, then answers. What the call changed, its bytes and its answer are in the record's own commit. */
  async #conclude(call: Call, outcome: Outcome): Promise<ToolAnswer> {
    const { failure } = outcome;
    const body = await this.#withCanaryWarning(
      call,
      failure === undefined ? { success: true, ...outcome.result } : errorAnswer(call.toolName, failure).body,
    );
    const text = JSON.stringify(body);
    const bytes = Buffer.byteLength(text);
    // What could not be sent must not be recorded as given.
    if (!fitsMessage(text, bytes)) {
      throw new RlmError('LIMIT_EXCEEDED', `The answer, of ${bytes} bytes, is too large for one message.`);
    }
    const { session, isCharged } = call;
    const charging =
      session !== null && isCharged ? [this.#services.sessions.chargeBytes(session.id, bytes)] : [];
    const record = call.record(failure?.code ?? 'ok', bytes, outcome.spans ?? NO_SPANS);
    const guards = [...charging, ...(outcome.writes ?? []), ...this.#settling(call, text)];
    const result = await this.#recorder.append(record, guards);
    if (!isAppended(result)) {
      if (session !== null && result.failedAt < charging.length) throw bytesExceeded(session);
      throw await this.#whatStopped(call);
    }
    if (failure !== undefined) {
      this.#logFailure(call, failure);
      return { isError: true, body, text };
    }
    this.#logSessionEvent(call, outcome);
    this.#logger.event('tool_call', {
      tool: call.toolName,
      session_id: call.loggedSessionId,
      key_id: call.context.principal.keyId,
      duration_ms: call.elapsedMs(),
      output_bytes: bytes,
      seq: result.seq,
    });
    return { isError: false, body, text };
  }

  /** The write that stores the answer, where the call may come again. */
  #settling({ ledgerKey, fingerprint, isClaimed }: Call, text: string): readonly Compilable[] {
    if (ledgerKey === null) return [];
    return isClaimed
      ? [this.#ledger.settle(ledgerKey, fingerprint, text)]
      : [this.#ledger.settleUnclaimed(ledgerKey, fingerprint, text)];
  }

  /** Why a record was not written: another run of the same call was quicker, or a fault of ours. */
  async #whatStopped({ ledgerKey, fingerprint, isClaimed }: Call): Promise<Error> {
    const entry = ledgerKey === null ? null : await this.#ledger.look(ledgerKey, fingerprint);
    if (entry?.kind === 'answered') return new AnsweredBefore(answerFromText(entry.answer));
    // Its entry is gone: its client has the other run's answer, and its record stands.
    if (isClaimed && entry?.kind !== 'begun') return endedElsewhere();
    return new Error('a write of the call changed nothing');
  }

  #logSessionEvent({ context }: Call, { session, sessionEvent }: Outcome): void {
    if (session === undefined || sessionEvent === undefined) return;
    const fields = { session_id: session.id, key_id: context.principal.keyId, repo: session.repo };
    this.#logger.event(sessionEvent, fields);
  }

  async #fail(call: Call, failure: RlmError): Promise<ToolAnswer> {
    const recorded = await this.#recordFailure(call, failure);
    if (recorded instanceof AnsweredBefore) return this.#repeated(call, 'stored', recorded.answer);
    this.#logFailure(call, recorded);
    return errorAnswer(call.toolName, recorded);
  }

  #logFailure(call: Call, { code, fields }: RlmError): void {
    this.#logger.event('tool_error', {
      tool: call.toolName,
      session_id: call.loggedSessionId,
      key_id: call.context.principal.keyId,
      duration_ms: call.elapsedMs(),
      error: code,
      ...(typeof fields['error_id'] === 'string' ? { error_id: fields['error_id'] } : {}),
    });
  }

  /** @returns what to answer with: the failure, that not even it could be recorded, or what stands already */
  async #recordFailure(call: Call, failure: RlmError): Promise<RlmError | AnsweredBefore> {
    if (failure.code === 'PROVENANCE_UNAVAILABLE') return failure;
    const { text } = errorAnswer(call.toolName, failure);
    const record = call.record(failure.code, Buffer.byteLength(text), call.reads);
    try {
      const refund = this.#refund(call, failure.code);
      if (isAppended(await this.#recorder.append(record, [...refund, ...this.#settling(call, text)])))
        return failure;
      const stopped = await this.#whatStopped(call);
      if (stopped instanceof AnsweredBefore) return stopped;
      if (!call.isClaimed && isAppended(await this.#recorder.append(record))) return failure;
      return endedElsewhere();
    } catch (error) {
      return this.#toRlmError(error, call.context);
    }
  }

  /** A call refused for its arguments costs nothing, even where that shows only while it runs. */
  #refund({ session, isCharged }: Call, code: ErrorCode): readonly Compilable[] {
    const isFree = session === null || !isCharged || !ARGUMENT_ERRORS.has(code);
    return isFree ? [] : [this.#services.sessions.refundCall(session.id)];
  }

  async #withCanaryWarning(call: Call, body: Record<string, unknown>): Promise<Record<string, unknown>> {
    const token = await call.repository?.canaryToken();
    if (token === undefined || token === null || !JSON.stringify(body).includes(token)) return body;
    this.#logger.event('canary', {
      tool: call.toolName,
      session_id: call.loggedSessionId,
      key_id: call.context.principal.keyId,
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

const endedElsewhere = (): RlmError =>
  new RlmError(
    'PROVENANCE_UNAVAILABLE',
    'The call could not be recorded (it has ended elsewhere), so nothing is returned.',
  );

function cancelWith(signal: AbortSignal, controller: AbortController): void {
  if (signal.aborted) controller.abort(signal.reason);
  else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
}

/** The stack without the message, which might quote content, and even lines that look like frames. */
const framesOf = ({ stack = '', message }: Error): string =>
  stack
    .slice(stack.indexOf(message) + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim())
    .join(' | ');

/** Thrown through the steps when the call turns out to have been answered before. */
class AnsweredBefore extends Error {
  readonly answer: ToolAnswer;

  constructor(answer: ToolAnswer) {
    super('answered before');
    this.answer = answer;
  }
}
