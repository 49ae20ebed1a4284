import { RlmError } from '../../shared/errors/rlm-error.ts';
import { CLOSE } from '../../shared/frames/close-codes.ts';

/** Why a connection ended, as far as it decides what to do next. */
export type Loss =
  /** The network, or a close without a meaning of ours: reconnect with backoff. */
  | { readonly kind: 'dropped' }
  /** A planned restart: reconnect at once. */
  | { readonly kind: 'restarting' }
  /** Nothing happened for too long: reconnect when there is something to send. */
  | { readonly kind: 'idle' }
  /** A message from the gateway was over the limit. */
  | { readonly kind: 'too-large' }
  /** The gateway wants this bridge to wait, or never to come back. */
  | { readonly kind: 'refused'; readonly error: RlmError };

/** @param code from `!bye`, else from the WebSocket close; both come from a proven gateway */
export function lossFromClose(code: number): Loss {
  switch (code) {
    case CLOSE.restarting:
      return { kind: 'restarting' };
    case CLOSE.idle:
      return { kind: 'idle' };
    case CLOSE.keyRevoked:
      return refused(
        'KEY_REVOKED',
        'The gateway closed the connection: this API key was revoked or has expired.',
      );
    case CLOSE.notAllowed:
      return refused('NOT_ALLOWED', 'The gateway closed the connection: this API key is not allowed here.');
    case CLOSE.superseded:
      return refused('CONNECTION_LOST', 'Another connection took this one’s place.');
    case CLOSE.tooMany:
      return refused(
        'TOO_MANY_CONNECTIONS',
        'The gateway closed the connection: too many connections or messages.',
      );
    default:
      return { kind: 'dropped' };
  }
}

const refused = (code: ConstructorParameters<typeof RlmError>[0], message: string): Loss => ({
  kind: 'refused',
  error: new RlmError(code, message),
});
