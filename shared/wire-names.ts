/** Names both ends must spell alike. See docs/wire.md. */
export const BRIDGE_PATH = '/bridge';
export const ENROL_PATH = '/enrol';
export const SUBPROTOCOL = 'rlm-bridge.v1';

/** Label of our one signature in `Signature-Input` and `Signature` (RFC 9421). */
export const SIGNATURE_LABEL = 'rlm';
export const REQUEST_TAG = 'rlm-bridge';
export const ANSWER_TAG = 'rlm-gateway';

/** Every `rlm-*` header is covered by the signature of the message it stands in. */
export const HEADER = {
  mode: 'rlm-mode',
  /** base64url of the TLS exporter value (RFC 9266), `bound` mode only. */
  channelBinding: 'rlm-channel-binding',
  /** UUID of the bridge process. */
  instance: 'rlm-instance',
  /** Repository the workspace was made for: what `rlm.session.create` takes when it names none. */
  repo: 'rlm-repo',
  /** Name and version of the sender's software. */
  agent: 'rlm-agent',
  /** base64url of the gateway's 32-byte public identity key; the pin is its fingerprint. */
  gatewayKey: 'rlm-gateway-key',
  /** The gateway's clock, Unix seconds. */
  time: 'rlm-time',
  /** Why an upgrade was refused: a code of {@link REFUSALS}. */
  refusal: 'rlm-refusal',
  /** Milliseconds to wait before another try, where waiting helps. */
  retryAfter: 'rlm-retry-after',
} as const;

/** Label and length (bytes) of the TLS exporter value. @see RFC 9266 */
export const EXPORTER_LABEL = 'EXPORTER-Channel-Binding';
export const EXPORTER_BYTES = 32;

/** Why a gateway refuses an upgrade, and the HTTP status that goes with it. */
export const REFUSALS = {
  bad_request: 400,
  wrong_protocol: 426,
  key_unknown: 401,
  key_revoked: 401,
  key_expired: 401,
  key_exposed: 401,
  signature_invalid: 401,
  clock_skew: 401,
  replayed: 401,
  channel_mismatch: 401,
  not_allowed: 403,
  too_many: 429,
  unavailable: 503,
} as const;

export type Refusal = keyof typeof REFUSALS;
export const isRefusal = (text: string): text is Refusal => Object.hasOwn(REFUSALS, text);
