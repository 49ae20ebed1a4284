import { RlmError } from '../../shared/errors/rlm-error.ts';

/** @throws `CANCELLED` once the caller no longer wants the answer */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new RlmError('CANCELLED', 'The client cancelled the call.');
}
