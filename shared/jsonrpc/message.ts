/**
 * The little of JSON-RPC 2.0 that a relay needs: which kind a message is, its id and its method.
 * @see https://www.jsonrpc.org/specification
 */
export type JsonRpcId = string | number;

export type MessageFacts =
  | { readonly kind: 'request'; readonly id: JsonRpcId; readonly method: string }
  | { readonly kind: 'notification'; readonly method: string }
  | { readonly kind: 'response'; readonly id: JsonRpcId | null }
  | { readonly kind: 'batch'; readonly parts: readonly MessageFacts[] }
  | { readonly kind: 'invalid'; readonly reason: InvalidReason; readonly id: JsonRpcId | null };

export type InvalidReason = 'not-json' | 'not-a-message';

export const PARSE_ERROR = -32700;
export const INVALID_REQUEST = -32600;
/** Implementation-defined server error: the bridge's own answers carry our code in `data.code`. */
export const BRIDGE_ERROR = -32000;

const isId = (value: unknown): value is JsonRpcId =>
  typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Looks at one message without changing it. Never throws: hostile text is `invalid`. */
export function inspectMessage(text: string): MessageFacts {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'invalid', reason: 'not-json', id: null };
  }
  return inspectValue(value);
}

/** The same for a message that is parsed already. */
export const inspectValue = (value: unknown): MessageFacts =>
  Array.isArray(value) ? inspectBatch(value) : inspectObject(value);

function inspectBatch(values: readonly unknown[]): MessageFacts {
  const parts = values.map(inspectObject);
  const isWhole = parts.length > 0 && parts.every((part) => part.kind !== 'invalid');
  return isWhole ? { kind: 'batch', parts } : { kind: 'invalid', reason: 'not-a-message', id: null };
}

function inspectObject(value: unknown): MessageFacts {
  if (!isRecord(value)) return { kind: 'invalid', reason: 'not-a-message', id: null };
  const id = isId(value['id']) ? value['id'] : null;
  const method = value['method'];
  const invalid: MessageFacts = { kind: 'invalid', reason: 'not-a-message', id };
  if (value['jsonrpc'] !== '2.0') return invalid;
  if (typeof method === 'string') {
    if (!('id' in value)) return { kind: 'notification', method };
    return id === null ? invalid : { kind: 'request', id, method };
  }
  const isAnswer = method === undefined && ('result' in value || 'error' in value);
  return isAnswer ? { kind: 'response', id } : invalid;
}

/** One line of JSON, without a newline: an error answer as JSON-RPC wants it. */
export function formatErrorResponse(
  id: JsonRpcId | null,
  code: number,
  message: string,
  data?: Readonly<Record<string, unknown>>,
): string {
  return JSON.stringify({
    jsonrpc: '2.0',
    id,
    error: data === undefined ? { code, message } : { code, message, data },
  });
}
