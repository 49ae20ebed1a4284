import { isUtf8 } from 'node:buffer';
import { inspectMessage, type JsonRpcId, type MessageFacts } from '../../shared/jsonrpc/message.ts';

/** A message with its text at hand for the few that are looked into. */
export interface ReadMessage {
  readonly bytes: Buffer;
  readonly facts: MessageFacts;
  /** Parses it (again): only for messages that are rare. */
  readonly parsed: () => unknown;
}

/**
 * Looks at one message without changing it. Bytes that are not UTF-8 are no JSON (RFC 8259 section 8.1): decoding
 * them leniently would forward another text than the one that was checked.
 */
export function readMessage(bytes: Buffer): ReadMessage {
  if (!isUtf8(bytes)) {
    return { bytes, facts: { kind: 'invalid', reason: 'not-json', id: null }, parsed: () => null };
  }
  const text = bytes.toString('utf8');
  return { bytes, facts: inspectMessage(text), parsed: () => JSON.parse(text) as unknown };
}

/** The id that a cancellation names, wherever it comes from. */
export function cancelledId(notification: unknown): JsonRpcId | null {
  const params = fieldOf(notification, 'params');
  const id = fieldOf(params, 'requestId');
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

/** Ids of the requests in an array that is no valid batch: each of them waits for an answer all the same. */
export function requestIdsOf(value: unknown): readonly JsonRpcId[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((part: unknown) => {
    const id = fieldOf(part, 'id');
    const isRequest = typeof fieldOf(part, 'method') === 'string';
    return isRequest && (typeof id === 'string' || typeof id === 'number') ? [id] : [];
  });
}

export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
