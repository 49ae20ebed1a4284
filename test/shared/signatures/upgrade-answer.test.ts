import { describe, expect, test } from 'vitest';
import { privateKeyFromSeed, signEd25519 } from '../../../shared/keys/ed25519.ts';
import {
  component,
  formatSignatureHeaders,
  signatureBase,
} from '../../../shared/signatures/signature-base.ts';
import {
  type RequestTies,
  signAnswer,
  type UpgradeAnswer,
  verifyAnswer,
} from '../../../shared/signatures/upgrade-answer.ts';
import { parseUpgrade } from '../../../shared/signatures/upgrade-request.ts';
import { NONCE, NOW_S, newSigner, requestOf, signed, UNSIGNED, verifierOf } from './example-upgrade.ts';

const bridge = newSigner();
const gateway = newSigner();
const verify = verifierOf(gateway);
const own = { keyId: 'gateway', nonce: NONCE, nowS: NOW_S };

const request = signed(bridge);
const ties: RequestTies = {
  webSocketKey: request.headers.get('sec-websocket-key') ?? '',
  signature: request.headers.get('signature'),
};
const UNSIGNED_101: readonly [string, string][] = [
  ['upgrade', 'websocket'],
  ['sec-websocket-accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='],
  ['sec-websocket-protocol', 'rlm-bridge.v1'],
  ['rlm-gateway-key', 'AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA'],
  ['rlm-time', String(NOW_S)],
];

function answered(status: number, headers: readonly [string, string][], bound = ties): UpgradeAnswer {
  const bare = { status, headers: new Map(headers) };
  const fields = signAnswer(bare, bound, own, gateway.sign);
  return { status, headers: new Map([...headers, ...Object.entries(fields)]) };
}
const refusal: readonly [string, string][] = [
  ['rlm-refusal', 'key_revoked'],
  ['rlm-time', String(NOW_S)],
];
const welcome = answered(101, UNSIGNED_101);
const refused = answered(401, refusal);

const withHeader = (answer: UpgradeAnswer, name: string, value: string): UpgradeAnswer => ({
  ...answer,
  headers: new Map([...answer.headers, [name, value]]),
});
const withoutHeader = (answer: UpgradeAnswer, name: string): UpgradeAnswer => ({
  ...answer,
  headers: new Map([...answer.headers].filter(([present]) => present !== name)),
});

describe('a signed answer', () => {
  test('is accepted, be it a 101 or a refusal', () => {
    expect(verifyAnswer(welcome, ties, verify)).toBe(true);
    expect(verifyAnswer(refused, ties, verify)).toBe(true);
  });

  test('covers exactly these components, in this order', () => {
    expect(welcome.headers.get('signature-input')).toBe(
      'rlm=("@status" "sec-websocket-accept" "sec-websocket-key";req "signature";req;key="rlm" ' +
        '"rlm-gateway-key" "rlm-time");created=1790000000;expires=1790000060;' +
        'nonce="AAECAwQFBgcICQoLDA0ODw";keyid="gateway";alg="ed25519";tag="rlm-gateway"',
    );
    expect(refused.headers.get('signature-input')).toMatch(
      /^rlm=\("@status" "sec-websocket-key";req "signature";req;key="rlm" "rlm-refusal" "rlm-time"\);/,
    );
  });

  test('can be given to a request that was not signed, or signed in no known form', () => {
    for (const signature of [undefined, '', 'sig1=:AAAA:', 'rlm=:AAAA:']) {
      const loose = { ...ties, signature };
      const answer = answered(401, refusal, loose);
      expect(answer.headers.get('signature-input')).not.toContain('"signature"');
      expect(verifyAnswer(answer, loose, verify)).toBe(true);
    }
  });

  test('cannot be made for a 101 without its accept header', () => {
    expect(() => signAnswer({ status: 101, headers: new Map() }, ties, own, gateway.sign)).toThrow(TypeError);
    expect(verifyAnswer(withoutHeader(welcome, 'sec-websocket-accept'), ties, verify)).toBe(false);
  });

  test('is as good from tweetnacl as from node:crypto', () => {
    const key = privateKeyFromSeed(new Uint8Array(32).fill(5));
    const bare = { status: 401, headers: new Map(refusal) };
    const fields = signAnswer(bare, ties, own, (message) => signEd25519(key, message));
    expect(fields.signature).toMatch(/^rlm=:[A-Za-z0-9+/]{86}==:$/);
  });
});

describe('an answer that somebody changed or made up is refused', () => {
  test('a refusal turned into another, or into a welcome', () => {
    expect(verifyAnswer({ ...refused, status: 403 }, ties, verify)).toBe(false);
    expect(verifyAnswer({ ...refused, status: 101 }, ties, verify)).toBe(false);
    expect(verifyAnswer({ ...welcome, status: 401 }, ties, verify)).toBe(false);
    expect(verifyAnswer(withHeader(refused, 'rlm-refusal', 'clock_skew'), ties, verify)).toBe(false);
    expect(verifyAnswer(withoutHeader(refused, 'rlm-refusal'), ties, verify)).toBe(false);
  });

  test.each(['sec-websocket-accept', 'rlm-gateway-key', 'rlm-time'])('%s changed or missing', (name) => {
    expect(verifyAnswer(withHeader(welcome, name, 'x'), ties, verify)).toBe(false);
    expect(verifyAnswer(withoutHeader(welcome, name), ties, verify)).toBe(false);
  });

  test('an rlm-* header slipped in', () => {
    expect(verifyAnswer(withHeader(welcome, 'rlm-retry-after', '1'), ties, verify)).toBe(false);
    expect(verifyAnswer(withHeader(refused, 'rlm-retry-after', '99999999'), ties, verify)).toBe(false);
  });

  test('the answer to another request, though all else is equal', () => {
    expect(verifyAnswer(welcome, { ...ties, webSocketKey: 'AAAAAAAAAAAAAAAAAAAAAA==' }, verify)).toBe(false);
    const other = signed(bridge, new Map([...UNSIGNED, ['rlm-repo', 'linux']])).headers.get('signature');
    expect(verifyAnswer(welcome, { ...ties, signature: other }, verify)).toBe(false);
    expect(verifyAnswer(welcome, { ...ties, signature: undefined }, verify)).toBe(false);
  });

  test('an answer tied to no signature, given to a request that has one', () => {
    const loose = answered(401, refusal, { ...ties, signature: undefined });
    expect(verifyAnswer(loose, ties, verify)).toBe(false);
  });

  test('no signature, an empty one, or one by another key', () => {
    for (const name of ['signature', 'signature-input']) {
      expect(verifyAnswer(withoutHeader(welcome, name), ties, verify)).toBe(false);
      expect(verifyAnswer(withHeader(welcome, name, ''), ties, verify)).toBe(false);
    }
    expect(verifyAnswer(welcome, ties, verifierOf(newSigner()))).toBe(false);
  });

  test('any one character of the signature headers changed', () => {
    for (const name of ['signature', 'signature-input']) {
      const value = welcome.headers.get(name) ?? '';
      for (let at = 0; at < value.length; at++) {
        const other = value.charAt(at) === 'A' ? 'B' : 'A';
        const wrong = value.slice(0, at) + other + value.slice(at + 1);
        expect(verifyAnswer(withHeader(welcome, name, wrong), ties, verify)).toBe(false);
      }
    }
  });

  test('a text of the gateway’s that was signed for another purpose', () => {
    const components = [
      component('@status', '401'),
      component('sec-websocket-key', ties.webSocketKey, [['req', true]]),
      component('rlm-time', '1'),
    ];
    const loose = { ...ties, signature: undefined };
    const answer = (tag: string): UpgradeAnswer => {
      const params = { created: NOW_S, expires: NOW_S + 60, nonce: NONCE, keyid: 'gateway', tag };
      const fields = formatSignatureHeaders(
        components,
        params,
        gateway.sign(signatureBase(components, params)),
      );
      return { status: 401, headers: new Map([['rlm-time', '1'], ...Object.entries(fields)]) };
    };
    expect(verifyAnswer(answer('rlm-gateway'), loose, verify)).toBe(true);
    expect(verifyAnswer(answer('rlm-bridge'), loose, verify)).toBe(false);
  });

  test('a request’s signature held up as an answer’s, and the other way round', () => {
    const asAnswer = { status: 101, headers: new Map([...welcome.headers, ...request.headers]) };
    expect(verifyAnswer(asAnswer, ties, verifierOf(bridge))).toBe(false);
    expect(parseUpgrade(requestOf(new Map([...request.headers, ...welcome.headers])))).toBeNull();
  });
});
