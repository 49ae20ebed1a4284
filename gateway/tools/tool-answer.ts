import type { RlmError } from '../../shared/errors/rlm-error.ts';
import { MAX_MESSAGE_FROM_GATEWAY_BYTES } from '../../shared/limits.ts';

/** A tool's answer: one JSON object, and whether it is a failure. */
export interface ToolAnswer {
  readonly isError: boolean;
  readonly body: Readonly<Record<string, unknown>>;
  /** `body`, serialised once: what is counted is what is sent. */
  readonly text: string;
}

export function errorAnswer(tool: string, error: RlmError): ToolAnswer {
  const body = {
    success: false,
    error: error.sentence,
    error_code: error.code,
    tool,
    ...error.fields,
  };
  return { isError: true, body, text: JSON.stringify(body) };
}

/** An answer as the ledger keeps it. */
export function answerFromText(text: string): ToolAnswer {
  // Written by ourselves, from an answer's own body.
  const body = JSON.parse(text) as Record<string, unknown>;
  return { isError: body['success'] !== true, body, text };
}

/** Left for what is around an answer in its message: the envelope, and an id of the client's choice. */
const ENVELOPE_BYTES = 4_096;

/** An answer travels twice in its message: as an object, and as text, where each quote takes two characters. */
export function fitsMessage(text: string, bytes: number): boolean {
  const room = MAX_MESSAGE_FROM_GATEWAY_BYTES - ENVELOPE_BYTES;
  return bytes * 3 <= room || bytes + Buffer.byteLength(JSON.stringify(text)) <= room;
}
