import { component, createSignature, type FieldOccurrence, verifySignature } from 'http-message-sig';
import { httpbis } from 'http-message-signatures';
import { describe, expect, test } from 'vitest';
import { type RequestTies, signAnswer, verifyAnswer } from '../../../shared/signatures/upgrade-answer.ts';
import {
  isAccepted,
  NONCE,
  NOW_S,
  newSigner,
  requestOf,
  signed,
  UNSIGNED,
  verifierOf,
  withSignature,
} from './example-upgrade.ts';

/**
 * Two libraries that others wrote read RFC 9421 for themselves. They must accept what we sign and we what they
 * sign: a mistake in our reading would otherwise be on both ends, and unseen.
 */
const bridge = newSigner();
const gateway = newSigner();
const URL_OF_BRIDGE = 'https://gw.example:8443/bridge';
const REQUEST_COMPONENTS = [
  '@method',
  '@authority',
  '@path',
  'sec-websocket-key',
  'sec-websocket-protocol',
  'rlm-agent',
  'rlm-channel-binding',
  'rlm-instance',
  'rlm-mode',
];
const ANSWER_COMPONENTS = [
  '@status',
  'sec-websocket-accept',
  component('sec-websocket-key', { req: true }),
  component('signature', { req: true, key: 'rlm' }),
  'rlm-gateway-key',
  'rlm-time',
];

const request = signed(bridge);
const ties: RequestTies = {
  webSocketKey: request.headers.get('sec-websocket-key') ?? '',
  signature: request.headers.get('signature'),
};
const unsignedAnswer = new Map([
  ['sec-websocket-accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='],
  ['rlm-gateway-key', 'AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA'],
  ['rlm-time', String(NOW_S)],
]);
const own = { keyId: 'gateway', nonce: NONCE, nowS: NOW_S };
const answerFields = signAnswer({ status: 101, headers: unsignedAnswer }, ties, own, gateway.sign);
const answer = { status: 101, headers: new Map([...unsignedAnswer, ...Object.entries(answerFields)]) };

const fieldsOf = (headers: ReadonlyMap<string, string>): FieldOccurrence[] =>
  [...headers].map(([name, value]) => ({ name, value }));
const parameters = (keyid: string, tag: string): Record<string, string | number> => ({
  created: NOW_S,
  expires: NOW_S + 60,
  nonce: NONCE,
  keyid,
  alg: 'ed25519',
  tag,
});

describe('http-message-sig', () => {
  const asRequest = (headers: ReadonlyMap<string, string>) =>
    ({ kind: 'request', method: 'GET', targetUri: URL_OF_BRIDGE, fields: fieldsOf(headers) }) as const;
  const asResponse = (headers: ReadonlyMap<string, string>) =>
    ({
      kind: 'response',
      status: 101,
      fields: fieldsOf(headers),
      request: asRequest(request.headers),
    }) as const;
  const accepting = (signer: typeof bridge, requiredComponents: Parameters<typeof component>[0][]) => ({
    label: 'rlm',
    policy: {
      algorithms: ['ed25519'],
      requiredComponents,
      requiredParameters: ['created', 'expires', 'nonce', 'keyid', 'alg', 'tag'],
      now: NOW_S,
    },
    resolveVerifier: () => ({ algorithm: 'ed25519', verify: verifierOf(signer) }),
  });

  test('accepts our request', async () => {
    const verified = await verifySignature(asRequest(request.headers), accepting(bridge, REQUEST_COMPONENTS));
    expect(verified.parameters.tag).toBe('rlm-bridge');
    expect(verified.components.map(({ name }) => name)).toEqual(REQUEST_COMPONENTS);
  });

  test('accepts our 101, tied to the request it answers', async () => {
    const verified = await verifySignature(asResponse(answer.headers), accepting(gateway, ['@status']));
    expect(verified.components).toEqual(
      ANSWER_COMPONENTS.map((item) => (typeof item === 'string' ? component(item) : item)),
    );
  });

  test('refuses our 101 as the answer to another request', async () => {
    const other = signed(bridge, new Map([...UNSIGNED, ['rlm-repo', 'linux']]));
    const message = { ...asResponse(answer.headers), request: asRequest(other.headers) };
    await expect(verifySignature(message, accepting(gateway, ['@status']))).rejects.toThrow();
  });

  test('signs a request that we accept', async () => {
    const unsigned = new Map(UNSIGNED);
    const fields = await createSignature(asRequest(unsigned), {
      label: 'rlm',
      components: REQUEST_COMPONENTS,
      parameters: parameters('AbCdEf012345', 'rlm-bridge'),
      signer: { algorithm: 'ed25519', sign: bridge.sign },
    });
    const theirs = withSignature(requestOf(unsigned), {
      signature: fields.signature,
      'signature-input': fields.signatureInput,
    });
    expect(isAccepted(theirs, bridge)).toBe(true);
  });

  test('signs a 101 that we accept', async () => {
    const fields = await createSignature(asResponse(unsignedAnswer), {
      label: 'rlm',
      components: ANSWER_COMPONENTS,
      parameters: parameters('gateway', 'rlm-gateway'),
      signer: { algorithm: 'ed25519', sign: gateway.sign },
    });
    const headers = new Map([
      ...unsignedAnswer,
      ['signature', fields.signature] as const,
      ['signature-input', fields.signatureInput] as const,
    ]);
    expect(verifyAnswer({ status: 101, headers }, ties, verifierOf(gateway))).toBe(true);
  });
});

describe('http-message-signatures', () => {
  const asRequest = (headers: ReadonlyMap<string, string>) => ({
    method: 'GET',
    url: URL_OF_BRIDGE,
    headers: Object.fromEntries(headers),
  });
  const asResponse = (headers: ReadonlyMap<string, string>) => ({
    status: 101,
    headers: Object.fromEntries(headers),
  });
  const accepting = (signer: typeof bridge) => ({
    keyLookup: async () => ({
      algs: ['ed25519'],
      verify: async (data: Buffer, signature: Buffer) => verifierOf(signer)(data, signature),
    }),
    all: true,
    requiredParams: ['created', 'expires', 'nonce', 'keyid', 'alg', 'tag'],
    // The library compares with the clock of the machine, and the examples have a time of their own.
    tolerance: Number.MAX_SAFE_INTEGER - 2 * NOW_S,
  });
  const signing = (signer: typeof bridge, keyid: string, tag: string, fields: string[]) => ({
    key: { sign: async (data: Buffer) => Buffer.from(signer.sign(data)) },
    name: 'rlm',
    fields,
    params: ['created', 'expires', 'nonce', 'keyid', 'alg', 'tag'],
    paramValues: {
      ...parameters(keyid, tag),
      created: new Date(NOW_S * 1000),
      expires: new Date((NOW_S + 60) * 1000),
    },
  });
  const lowerCase = (headers: Record<string, string | string[]>): Map<string, string> =>
    new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));

  test('accepts our request', async () => {
    expect(await httpbis.verifyMessage(accepting(bridge), asRequest(request.headers))).toBe(true);
  });

  test('accepts our 101, tied to the request it answers, and refuses it for another', async () => {
    const given = asResponse(answer.headers);
    expect(await httpbis.verifyMessage(accepting(gateway), given, asRequest(request.headers))).toBe(true);
    const other = signed(bridge, new Map([...UNSIGNED, ['rlm-repo', 'linux']]));
    expect(await httpbis.verifyMessage(accepting(gateway), given, asRequest(other.headers))).toBe(false);
  });

  test('signs a request that we accept', async () => {
    const config = signing(bridge, 'AbCdEf012345', 'rlm-bridge', REQUEST_COMPONENTS);
    const { headers } = await httpbis.signMessage(config, asRequest(new Map(UNSIGNED)));
    expect(isAccepted(requestOf(lowerCase(headers)), bridge)).toBe(true);
  });

  test('signs a 101 that we accept', async () => {
    const fields = ANSWER_COMPONENTS.map((item) =>
      typeof item === 'string'
        ? item
        : `"${item.name}";req${item.parameters['key'] === undefined ? '' : `;key="${item.parameters['key']}"`}`,
    );
    const config = signing(gateway, 'gateway', 'rlm-gateway', fields);
    const theirs = await httpbis.signMessage(config, asResponse(unsignedAnswer), asRequest(request.headers));
    const headers = lowerCase(theirs.headers);
    expect(verifyAnswer({ status: 101, headers }, ties, verifierOf(gateway))).toBe(true);
  });
});
