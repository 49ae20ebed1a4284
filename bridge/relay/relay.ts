import { RlmError } from '../../shared/errors/rlm-error.ts';
import {
  BRIDGE_ERROR,
  formatErrorResponse,
  INVALID_REQUEST,
  type JsonRpcId,
  type MessageFacts,
  PARSE_ERROR,
} from '../../shared/jsonrpc/message.ts';
import {
  MAX_MESSAGE_FROM_GATEWAY_BYTES,
  MAX_MESSAGE_TO_GATEWAY_BYTES,
  MAX_WAITING_BYTES,
  OPENING_TIMEOUT_MS,
  OUTAGE_TIMEOUT_MS,
  UPGRADE_DEADLINE_MS,
} from '../../shared/limits.ts';
import type { Log } from '../json-log.ts';
import type { MessageHead } from '../stdio/message-head.ts';
import type { Connection } from '../uplink/connection.ts';
import type { Loss } from '../uplink/loss.ts';
import type { UplinkListener } from '../uplink/uplink.ts';
import { Conversation } from './conversation.ts';
import { CANCELLED, INITIALIZE, INITIALIZED, isHarmless, isList, isOpening, isRead } from './methods.ts';
import { Outbox, type Outgoing } from './outbox.ts';
import { cancelledId, fieldOf, type ReadMessage, readMessage, requestIdsOf } from './read-message.ts';

/**
 * Connections that may break under one request before it is given up: each of them may be the network's fault, but a
 * call that takes the gateway down must not do so for ever, and to everybody.
 */
const MAX_LOSSES = 8;

/** The members of a connection that the relay uses. */
export type RelayConnection = Pick<
  Connection,
  'start' | 'send' | 'pause' | 'resume' | 'terminate' | 'isFull' | 'isLeaving'
>;

/** The members of the uplink that the relay uses. */
export interface RelayUplink {
  demand(): RlmError | null;
  readonly lastFailure: RlmError | undefined;
  connectionLost(loss: Loss): void;
}

/** The IDE's end. */
export interface RelayOutput {
  write(line: Buffer | string): void;
  readonly isFull: boolean;
}

export interface RelayParts {
  readonly uplink: (listener: UplinkListener) => RelayUplink;
  readonly output: RelayOutput;
  readonly log: Log;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** There is room again for what the IDE writes. */
  readonly roomAgain: () => void;
  /** No request waits for its answer any more. */
  readonly allAnswered: () => void;
}

/** Where a connection stands with the conversation. */
type Link =
  | { readonly kind: 'none' }
  /** The second `initialize` is on its way; its answer, by this id, is not for the IDE. */
  | {
      readonly kind: 'replaying';
      readonly connection: RelayConnection;
      readonly id: JsonRpcId;
      readonly timer: NodeJS.Timeout;
    }
  | { readonly kind: 'ready'; readonly connection: RelayConnection };

/**
 * Carries JSON-RPC between the IDE and the gateway, byte for byte, and keeps one promise: every request is answered
 * exactly once, by the gateway or, with a sentence that says why and what to do, by the bridge.
 *
 * | what happens | the request |
 * |---|---|
 * | no connection yet | waits, `OUTAGE_TIMEOUT_MS` at most (`OPENING_TIMEOUT_MS` for the opening exchange) |
 * | a failure that only a person can mend | is answered at once with that error |
 * | the connection breaks while it is under way | is sent again if harmless, else answered `CONNECTION_LOST` |
 * | the IDE cancels it | is not answered, and not sent if it has not been |
 *
 * What may be sent again is for {@link isHarmless} to say: tool calls are, since the gateway keeps a ledger of them.
 *
 * @see docs/wire.md [RL1]
 */
export class Relay implements UplinkListener {
  readonly #parts: RelayParts;
  readonly #uplink: RelayUplink;
  /** Requests of the IDE that are not answered yet, waiting or sent. */
  readonly #pending = new Map<JsonRpcId, Outgoing>();
  readonly #outbox = new Outbox();
  readonly #conversation = new Conversation();
  /** Requests of the gateway that the IDE has not answered yet. They die with their connection. */
  readonly #asked = new Set<JsonRpcId>();
  /** Lists that have been answered once: the opening exchange is over for them. */
  readonly #listed = new Set<string>();
  #link: Link = { kind: 'none' };
  #deadline: { readonly timer: NodeJS.Timeout; readonly atMs: number } | undefined;
  #wasFull = false;

  constructor(parts: RelayParts) {
    this.#parts = parts;
    this.#uplink = parts.uplink(this);
  }

  /** Whether the IDE should not be read now; `roomAgain` follows. */
  get isFull(): boolean {
    const full =
      this.#outbox.bytes > MAX_WAITING_BYTES || (this.#link.kind !== 'none' && this.#link.connection.isFull);
    if (full) this.#wasFull = true;
    return full;
  }

  get isAllAnswered(): boolean {
    return this.#pending.size === 0;
  }

  isWaiting(): boolean {
    return !this.#outbox.isEmpty;
  }

  // ── from the IDE ────────────────────────────────────────────────────────────────────────────────────

  /** One line of the IDE. */
  accept(bytes: Buffer): void {
    const message = readMessage(bytes);
    const { facts } = message;
    switch (facts.kind) {
      case 'request':
      case 'batch':
        this.#acceptRequests(message, facts);
        return;
      case 'notification':
        this.#acceptNotification(message, facts.method);
        return;
      case 'response':
        this.#acceptResponse(bytes, facts.id);
        return;
      case 'invalid':
        this.#refuseInvalid(message, facts.reason === 'not-json', facts.id);
    }
  }

  /** A line over the limit; its text was not kept. */
  acceptTooLong(head: MessageHead): void {
    const error = new RlmError(
      'MESSAGE_TOO_LARGE',
      `This message is larger than ${MAX_MESSAGE_TO_GATEWAY_BYTES / 1024 / 1024} MiB and was not sent.`,
    );
    if (head.hasMethod || head.id === null) {
      this.#answer(head.id, error);
      return;
    }
    // An answer that cannot be delivered: the gateway's side must not wait for it.
    if (!this.#asked.delete(head.id) || this.#link.kind !== 'ready') return;
    const text = formatErrorResponse(head.id, BRIDGE_ERROR, 'The client’s answer was too large.');
    this.#link.connection.send(Buffer.from(text));
  }

  #acceptRequests(message: ReadMessage, facts: Extract<MessageFacts, { kind: 'request' | 'batch' }>): void {
    const parts = facts.kind === 'batch' ? facts.parts : [facts];
    const requests = parts.filter((part) => part.kind === 'request');
    const ids = requests.map((request) => request.id);
    if (new Set(ids).size !== ids.length || ids.some((id) => this.#pending.has(id))) {
      // Two answers under one id could not be told apart, neither here nor by the IDE.
      this.#write(
        formatErrorResponse(null, INVALID_REQUEST, 'Invalid request: its id is still in use by another one.'),
      );
      return;
    }
    const timeoutMs = Math.min(
      ...requests.map((request) => this.#timeoutMs(request.method)),
      OUTAGE_TIMEOUT_MS,
    );
    const item: Outgoing = {
      bytes: message.bytes,
      ids,
      method: requests.length === 1 ? requests[0]?.method : undefined,
      kind: ids.length > 0 ? 'request' : 'notification',
      isHarmless: parts.every((part) => part.kind === 'request' && isHarmless(part.method)),
      deadlineMs: this.#parts.nowMs() + timeoutMs,
      losses: 0,
      place: 'waiting',
    };
    for (const request of requests) {
      this.#pending.set(request.id, item);
      if (request.method === INITIALIZE) this.#conversation.asked(request.id, message.bytes);
    }
    this.#deliver(item);
  }

  #timeoutMs(method: string): number {
    const isEarly = isOpening(method) || (isList(method) && !this.#listed.has(method));
    return isEarly ? OPENING_TIMEOUT_MS : OUTAGE_TIMEOUT_MS;
  }

  #acceptNotification(message: ReadMessage, method: string): void {
    if (method === INITIALIZED) {
      this.#conversation.initialized(message.bytes);
      // Without a ready connection the replay will say it; said here too, it would arrive twice.
      if (this.#link.kind !== 'ready' && this.#conversation.toReplay !== null) return;
    }
    if (method === CANCELLED && this.#isCancelledHere(cancelledId(message.parsed()))) return;
    this.#deliver({
      bytes: message.bytes,
      ids: [],
      method: undefined,
      kind: method === INITIALIZED ? 'initialized' : 'notification',
      isHarmless: false,
      deadlineMs: this.#parts.nowMs() + OUTAGE_TIMEOUT_MS,
      losses: 0,
      place: 'waiting',
    });
  }

  /** @returns whether the gateway need not hear of it, for it never heard of the request */
  #isCancelledHere(id: JsonRpcId | null): boolean {
    const item = id === null ? undefined : this.#pending.get(id);
    if (id === null || item === undefined) return this.#link.kind === 'none';
    const isUnsent = item.place === 'waiting';
    this.#settle(id);
    if (isUnsent && !item.ids.some((other) => this.#pending.has(other))) this.#outbox.remove(item);
    return isUnsent;
  }

  #acceptResponse(bytes: Buffer, id: JsonRpcId | null): void {
    // An answer to a request that died with its connection would answer another one now.
    if (id !== null && !this.#asked.delete(id)) {
      this.#parts.log.debug('relay.late-answer-dropped');
      return;
    }
    if (this.#link.kind === 'none') return;
    const deadlineMs = this.#parts.nowMs() + OUTAGE_TIMEOUT_MS;
    this.#deliver({
      bytes,
      ids: [],
      method: undefined,
      kind: 'response',
      isHarmless: false,
      deadlineMs,
      losses: 0,
      place: 'waiting',
    });
  }

  #refuseInvalid(message: ReadMessage, isNotJson: boolean, id: JsonRpcId | null): void {
    this.#parts.log.warn('relay.invalid-line', { bytes: message.bytes.length });
    if (isNotJson) {
      this.#write(formatErrorResponse(null, PARSE_ERROR, 'Parse error: this line is not JSON in UTF-8.'));
      return;
    }
    const text = 'Invalid request: this line is not a JSON-RPC 2.0 message.';
    const ids = requestIdsOf(message.parsed());
    for (const each of ids.length > 0 ? ids : [id])
      this.#write(formatErrorResponse(each, INVALID_REQUEST, text));
  }

  // ── to the gateway ──────────────────────────────────────────────────────────────────────────────────

  #deliver(item: Outgoing): void {
    if (this.#canSend() && this.#outbox.isEmpty) {
      this.#send(item);
      return;
    }
    if (this.#link.kind === 'none') {
      const refused = this.#uplink.demand();
      if (refused !== null) {
        this.#answerAll(item, refused);
        return;
      }
    }
    this.#outbox.add(item);
    this.#watchDeadline(item.deadlineMs);
  }

  #canSend(): boolean {
    return this.#link.kind === 'ready' && !this.#link.connection.isFull && !this.#link.connection.isLeaving;
  }

  #send(item: Outgoing): void {
    if (this.#link.kind !== 'ready') return;
    item.place = 'sent';
    this.#link.connection.send(this.#wanted(item));
  }

  /**
   * A message without the requests nobody waits for any more: cancelled while it waited, or answered before it is sent
   * again. The gateway has forgotten an answer that was acknowledged, and would run its call a second time.
   */
  #wanted(item: Outgoing): Buffer {
    const isWanted = (id: JsonRpcId): boolean => this.#pending.get(id) === item;
    if (item.ids.every(isWanted)) return item.bytes;
    const batch = readMessage(item.bytes).parsed();
    if (!Array.isArray(batch)) return item.bytes;
    return Buffer.from(JSON.stringify(batch.filter((part) => requestIdsOf([part]).every(isWanted))));
  }

  #flush(): void {
    while (this.#canSend()) {
      const item = this.#outbox.takeFirst();
      if (item === undefined) break;
      this.#send(item);
    }
    this.#signalRoom();
  }

  #signalRoom(): void {
    if (!this.#wasFull || this.isFull) return;
    this.#wasFull = false;
    this.#parts.roomAgain();
  }

  // ── from the uplink ─────────────────────────────────────────────────────────────────────────────────

  opened(connection: RelayConnection): void {
    const replay = this.#conversation.toReplay;
    if (replay === null) {
      this.#link = { kind: 'ready', connection };
    } else {
      // The connection proved itself a moment ago; one that goes silent now is as good as lost.
      const timer = setTimeout(() => connection.terminate(), UPGRADE_DEADLINE_MS);
      this.#link = { kind: 'replaying', connection, id: replay.id, timer };
    }
    connection.start({
      received: (bytes) => this.#received(bytes),
      drained: () => this.#flush(),
      lost: (loss) => this.#uplink.connectionLost(loss),
    });
    if (this.#link.kind === 'replaying' && replay !== null) connection.send(replay.opening);
    else this.#flush();
  }

  lost(loss: Loss): void {
    if (this.#link.kind === 'replaying') clearTimeout(this.#link.timer);
    this.#link = { kind: 'none' };
    this.#forgetAsked();
    // The replay says it again; an answer's question is gone.
    this.#outbox.removeWhere((item) => item.kind === 'response');
    if (this.#conversation.toReplay !== null) this.#outbox.removeWhere((item) => item.kind === 'initialized');
    const sent = new Set([...this.#pending.values()].filter((item) => item.place === 'sent'));
    for (const item of sent) item.losses += 1;
    const again = [...sent].filter(
      (item) => item.isHarmless && item.losses < MAX_LOSSES && loss.kind !== 'too-large',
    );
    const error = lostError(loss, sent.size);
    for (const item of sent) if (!again.includes(item)) this.#answerAll(item, error);
    this.#outbox.putFirst(again);
    const nowMs = this.#parts.nowMs();
    for (const item of again) {
      // A call that ran for longer than an outage may last has an IDE that waits for long.
      if (item.deadlineMs <= nowMs) item.deadlineMs = nowMs + OUTAGE_TIMEOUT_MS;
      this.#watchDeadline(item.deadlineMs);
    }
    this.#signalRoom();
  }

  refused(error: RlmError): void {
    for (const item of this.#outbox.removeWhere(() => true)) this.#answerAll(item, error);
    this.#signalRoom();
  }

  #received(bytes: Buffer): void {
    const message = readMessage(bytes);
    const { facts } = message;
    switch (facts.kind) {
      case 'response':
        this.#receivedResponse(message, facts.id);
        return;
      case 'request':
        this.#asked.add(facts.id);
        this.#write(bytes);
        return;
      case 'notification': {
        const id = facts.method === CANCELLED ? cancelledId(message.parsed()) : null;
        if (id !== null) this.#asked.delete(id);
        this.#write(bytes);
        return;
      }
      case 'batch':
        this.#receivedBatch(message, facts.parts);
        return;
      case 'invalid':
        // stdout carries JSON-RPC only; a gateway that sends something else is broken.
        this.#parts.log.error('relay.invalid-message', { bytes: bytes.length });
        if (this.#link.kind !== 'none') this.#link.connection.terminate();
    }
  }

  #receivedResponse(message: ReadMessage, id: JsonRpcId | null): void {
    const link = this.#link;
    if (link.kind === 'replaying' && id === link.id) {
      this.#replayed(message, link.connection, link.timer);
      return;
    }
    if (id === null) {
      this.#write(message.bytes);
      return;
    }
    const item = this.#pending.get(id);
    if (item === undefined) {
      // Cancelled, or answered by the bridge already: the IDE must not hear twice.
      this.#parts.log.debug('relay.answer-dropped');
      return;
    }
    if (this.#conversation.isOpening(id))
      this.#conversation.answered(fieldOf(message.parsed(), 'error') === undefined);
    if (item.method !== undefined && isList(item.method)) this.#listed.add(item.method);
    this.#write(message.bytes);
    this.#settle(id);
  }

  #replayed(message: ReadMessage, connection: RelayConnection, timer: NodeJS.Timeout): void {
    clearTimeout(timer);
    if (fieldOf(message.parsed(), 'error') !== undefined) {
      this.#parts.log.warn('relay.replay-refused');
      connection.terminate();
      return;
    }
    const initialized = this.#conversation.toReplay?.initialized;
    if (initialized !== undefined) connection.send(initialized);
    this.#link = { kind: 'ready', connection };
    this.#flush();
  }

  #receivedBatch(message: ReadMessage, parts: readonly MessageFacts[]): void {
    const isWanted = (part: MessageFacts): boolean =>
      part.kind !== 'response' || part.id === null || this.#pending.has(part.id);
    const wanted = parts.map(isWanted);
    if (wanted.every(Boolean)) this.#write(message.bytes);
    else this.#writeParts(message.parsed(), wanted);
    for (const part of parts) {
      if (part.kind === 'request') this.#asked.add(part.id);
      if (part.kind === 'response' && part.id !== null) this.#settle(part.id);
    }
  }

  #writeParts(batch: unknown, wanted: readonly boolean[]): void {
    if (!Array.isArray(batch)) return;
    const rest = batch.filter((_, index) => wanted[index]);
    if (rest.length > 0) this.#write(JSON.stringify(rest));
  }

  /** Questions of a lost connection: the IDE takes its dialogs back, and cannot answer the next one's by mistake. */
  #forgetAsked(): void {
    for (const requestId of this.#asked) {
      const params = { requestId, reason: 'The connection to the gateway was lost.' };
      this.#write(JSON.stringify({ jsonrpc: '2.0', method: CANCELLED, params }));
    }
    this.#asked.clear();
  }

  // ── to the IDE ──────────────────────────────────────────────────────────────────────────────────────

  #write(line: Buffer | string): void {
    this.#parts.output.write(line);
    if (this.#parts.output.isFull && this.#link.kind !== 'none') this.#link.connection.pause();
  }

  /** The IDE reads again. */
  outputDrained(): void {
    if (this.#link.kind !== 'none') this.#link.connection.resume();
  }

  #answer(id: JsonRpcId | null, error: RlmError): void {
    const data = { code: error.code, retry: error.facts.retry };
    this.#write(formatErrorResponse(id, BRIDGE_ERROR, error.sentence, data));
  }

  #answerAll(item: Outgoing, error: RlmError): void {
    for (const id of item.ids) {
      if (this.#pending.get(id) !== item) continue;
      this.#answer(id, error);
      this.#settle(id);
    }
  }

  #settle(id: JsonRpcId): void {
    if (this.#pending.delete(id) && this.#pending.size === 0) this.#parts.allAnswered();
  }

  // ── deadlines ───────────────────────────────────────────────────────────────────────────────────────

  #watchDeadline(atMs: number): void {
    if (this.#deadline !== undefined && this.#deadline.atMs <= atMs) return;
    clearTimeout(this.#deadline?.timer);
    const timer = setTimeout(() => this.#expire(), Math.max(0, atMs - this.#parts.nowMs()));
    this.#deadline = { timer, atMs };
  }

  #expire(): void {
    this.#deadline = undefined;
    const nowMs = this.#parts.nowMs();
    const error = this.#uplink.lastFailure ?? undeliverable();
    for (const item of this.#outbox.removeWhere((waiting) => waiting.deadlineMs <= nowMs)) {
      this.#answerAll(item, isDoubtful(item) ? doubtful() : error);
    }
    if (!this.#outbox.isEmpty) this.#watchDeadline(this.#outbox.nextDeadlineMs);
    this.#signalRoom();
  }

  /** Ends with every request answered: the bridge is going. */
  abandon(): void {
    clearTimeout(this.#deadline?.timer);
    if (this.#link.kind === 'replaying') clearTimeout(this.#link.timer);
    const error = new RlmError('CONNECTION_LOST', 'rlm-bridge ended before the gateway answered.');
    for (const item of new Set(this.#pending.values())) this.#answerAll(item, error);
  }
}

const undeliverable = (): RlmError =>
  new RlmError('GATEWAY_UNREACHABLE', 'The gateway did not take the request in time.');

function lostError(loss: Loss, inFlight: number): RlmError {
  if (loss.kind === 'too-large' && inFlight === 1) {
    const limit = MAX_MESSAGE_FROM_GATEWAY_BYTES / 1024 / 1024;
    return new RlmError('MESSAGE_TOO_LARGE', `The answer was larger than ${limit} MiB. Ask for less.`);
  }
  if (loss.kind === 'refused') return loss.error;
  return doubtful();
}

/** Whether it may have been carried out, and changed something: nobody may say that it was not taken. */
const isDoubtful = ({ losses, method }: Outgoing): boolean =>
  losses > 0 && (method === undefined || !isRead(method));

const doubtful = (): RlmError =>
  new RlmError(
    'CONNECTION_LOST',
    'The connection to the gateway was lost while this request was under way; it may or may not have been carried out.',
  );
