import { expect, test } from 'vitest';
import { BRIDGE_ERROR, INVALID_REQUEST, PARSE_ERROR } from '../../shared/jsonrpc/message.ts';
import { API_KEY_PREFIX } from '../../shared/keys/api-key.ts';
import { INVITATION_PREFIX } from '../../shared/keys/invitation.ts';
import * as wire from '../../shared/wire-names.ts';

/** Names that stand on the wire or in a signature: a bridge and a gateway of different age must agree on them. */
test('paths, subprotocol and signature labels', () => {
  expect(wire.BRIDGE_PATH).toBe('/bridge');
  expect(wire.ENROL_PATH).toBe('/enrol');
  expect(wire.SUBPROTOCOL).toBe('rlm-bridge.v1');
  expect(wire.SIGNATURE_LABEL).toBe('rlm');
  expect(wire.REQUEST_TAG).toBe('rlm-bridge');
  expect(wire.ANSWER_TAG).toBe('rlm-gateway');
});

test('headers', () => {
  expect(wire.HEADER).toEqual({
    mode: 'rlm-mode',
    channelBinding: 'rlm-channel-binding',
    instance: 'rlm-instance',
    repo: 'rlm-repo',
    agent: 'rlm-agent',
    gatewayKey: 'rlm-gateway-key',
    time: 'rlm-time',
    refusal: 'rlm-refusal',
    retryAfter: 'rlm-retry-after',
  });
});

test('the TLS exporter that binds signatures to a connection', () => {
  expect(wire.EXPORTER_LABEL).toBe('EXPORTER-Channel-Binding');
  expect(wire.EXPORTER_BYTES).toBe(32);
});

test('refusals of an upgrade, with their HTTP status', () => {
  expect(wire.REFUSALS).toEqual({
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
  });
  expect(wire.isRefusal('key_revoked')).toBe(true);
  expect(wire.isRefusal('toString')).toBe(false);
});

test('credential prefixes, which secret scanners know', () => {
  expect(API_KEY_PREFIX).toBe('rlmk_');
  expect(INVITATION_PREFIX).toBe('rlmi_');
});

test('JSON-RPC error codes of the bridge itself', () => {
  expect([PARSE_ERROR, INVALID_REQUEST, BRIDGE_ERROR]).toEqual([-32700, -32600, -32000]);
});
