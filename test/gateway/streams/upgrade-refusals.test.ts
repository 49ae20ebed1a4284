import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { formatApiKey, newApiKey } from '../../../shared/keys/api-key.ts';
import { startTestGateway, useTestGateway } from '../../support/gateway-in-process.ts';
import {
  dial,
  type RawHeader,
  sendUpgrade,
  tryUpgrade,
  type UpgradeChanges,
  upgradeLines,
} from '../../support/gateway-peer.ts';

/** Everything about an upgrade that can be wrong before a WebSocket exists. Each answer must be signed. */
const nowS = (): number => Math.floor(Date.now() / 1000);

const doubled =
  (name: string, value: string) =>
  (headers: readonly RawHeader[]): readonly RawHeader[] => [...headers, [name, value]];

const replaced =
  (name: string, change: (value: string) => string) =>
  (headers: readonly RawHeader[]): readonly RawHeader[] =>
    headers.map(([own, value]) => (own === name ? [own, change(value)] : [own, value]));

const flipFirst = (text: string): string => `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`;

describe('[UP10] form', () => {
  const FORMS: readonly (readonly [title: string, refusal: string, changes: UpgradeChanges])[] = [
    ['another path', 'bad_request', { path: '/bridge/' }],
    ['a query', 'bad_request', { path: '/bridge?a=1' }],
    ['an absolute URL', 'bad_request', { path: 'https://127.0.0.1/bridge' }],
    ['a POST', 'bad_request', { method: 'POST' }],
    ['an Origin', 'bad_request', { signed: { origin: 'https://evil.example' } }],
    ['a body length', 'bad_request', { signed: { 'content-length': '0' } }],
    ['no subprotocol', 'wrong_protocol', { signed: { 'sec-websocket-protocol': null } }],
    ['another subprotocol', 'wrong_protocol', { signed: { 'sec-websocket-protocol': 'rlm-bridge.v2' } }],
    ['two subprotocols', 'wrong_protocol', { signed: { 'sec-websocket-protocol': 'rlm-bridge.v1, mcp' } }],
    ['another WebSocket version', 'bad_request', { signed: { 'sec-websocket-version': '8' } }],
    ['no WebSocket version', 'bad_request', { signed: { 'sec-websocket-version': null } }],
    ['an upgrade to something else', 'bad_request', { signed: { upgrade: 'h2c' } }],
    ['no WebSocket key', 'bad_request', { signed: { 'sec-websocket-key': null } }],
    ['a short WebSocket key', 'bad_request', { signed: { 'sec-websocket-key': 'AAAA' } }],
    ['a foreign Host', 'bad_request', { signed: { host: 'gw.example' } }],
    ['the Host without its port', 'bad_request', { signed: { host: '127.0.0.1' } }],
    ['a second Host', 'bad_request', { tamper: doubled('Host', 'gw.example') }],
    ['a second mode', 'bad_request', { tamper: doubled('RLM-Mode', 'sealed') }],
    ['a second signature', 'bad_request', { tamper: doubled('Signature', 'rlm=:AAAA:') }],
    [
      'too many headers',
      'bad_request',
      { signed: Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`x-${n}`, '1'])) },
    ],
    ['headers too long', 'bad_request', { signed: { 'x-long': 'a'.repeat(9_000) } }],
    ['an instance that is no UUID', 'bad_request', { instance: 'me' }],
    ['a repository that is no name', 'bad_request', { signed: { 'rlm-repo': '../etc' } }],
    [
      'no signature',
      'bad_request',
      { tamper: (headers) => headers.filter(([name]) => name !== 'signature') },
    ],
    ['another mode', 'channel_mismatch', { signed: { 'rlm-mode': 'proxied' } }],
  ];

  const shared = useTestGateway();

  test.each(FORMS)('%s is refused as %s, signed', async (_, refusal, changes) => {
    const gateway = shared();
    const answer = await tryUpgrade(gateway, gateway.key, changes);
    expect(answer).toMatchObject({ refusal, isSigned: true });
    expect(JSON.parse(answer.body)).toEqual({ error: refusal });
    // The form is looked at before anything that leaves a trace.
    expect(await gateway.store.db.selectFrom('nonces').selectAll().execute()).toEqual([]);
  });

  test.each([
    ['the URL', (text: string): UpgradeChanges => ({ path: `/bridge?key=${text}` })],
    [
      'an Authorization header',
      (text: string): UpgradeChanges => ({ signed: { authorization: `Bearer ${text}` } }),
    ],
    ['a header of its own', (text: string): UpgradeChanges => ({ signed: { 'x-api-key': text } })],
    ['a cookie', (text: string): UpgradeChanges => ({ signed: { cookie: `k=${text}` } })],
  ])('[UP9] a key that was sent in %s is refused and named, for it has been seen', async (_, changes) => {
    const gateway = await startTestGateway();
    const text = formatApiKey(gateway.key).unwrap();
    const answer = await tryUpgrade(gateway, gateway.key, changes(text));
    expect(answer).toMatchObject({ status: 401, refusal: 'key_exposed', isSigned: true });
    expect(gateway.logs.of('key_exposed')).toMatchObject([{ key_id: gateway.key.id, level: 'warn' }]);
    expect(gateway.logs.lines.join('')).not.toContain(text);
  });

  test('a request on the path that asks for no upgrade is answered, signed', async () => {
    const gateway = await startTestGateway();
    const answer = await tryUpgrade(gateway, gateway.key, { signed: { connection: null, upgrade: null } });
    expect(answer).toMatchObject({ status: 426, refusal: 'wrong_protocol', isSigned: true });
  });
});

describe('[UP1] authentication', () => {
  const shared = useTestGateway();

  test('[UP2] an untouched request is accepted, and the 101 is signed', async () => {
    const gateway = await startTestGateway();
    const answer = await tryUpgrade(gateway, gateway.key);
    expect(answer).toMatchObject({ status: 101, isSigned: true });
    expect(answer.headers.get('rlm-mode')).toBe('bound');
    expect(answer.headers.get('sec-websocket-protocol')).toBe('rlm-bridge.v1');
    expect(answer.headers.get('sec-websocket-extensions')).toBeUndefined();
  });

  test.each([
    [
      'method',
      { tamper: replaced('signature-input', (text) => text.replace('"@method"', '"@path"')) },
      'bad_request',
    ],
    ['mode', { tamper: replaced('rlm-mode', () => 'sealed') }, 'channel_mismatch'],
    ['instance', { tamper: replaced('rlm-instance', () => randomUUID()) }, 'signature_invalid'],
    ['agent', { tamper: replaced('rlm-agent', (text) => `${text} `.concat('x')) }, 'signature_invalid'],
    [
      'WebSocket key',
      { tamper: replaced('sec-websocket-key', (text) => flipFirst(text)) },
      'signature_invalid',
    ],
    ['channel binding', { tamper: replaced('rlm-channel-binding', flipFirst) }, 'signature_invalid'],
    [
      'signature',
      { tamper: replaced('signature', (text) => text.replace(/:(.)/, (_, c) => `:${flipFirst(c)}`)) },
      'signature_invalid',
    ],
    [
      'created',
      {
        tamper: replaced('signature-input', (text) =>
          text.replace(/created=(\d+)/, (_, n) => `created=${Number(n) + 1}`),
        ),
      },
      'signature_invalid',
    ],
    [
      'nonce',
      {
        tamper: replaced('signature-input', (text) =>
          text.replace(/nonce="(.)/, (_, c) => `nonce="${flipFirst(c)}`),
        ),
      },
      'signature_invalid',
    ],
    ['an added rlm header', { tamper: doubled('rlm-repo', 'app') }, 'bad_request'],
    [
      'a removed rlm header',
      { tamper: (headers: readonly RawHeader[]) => headers.filter(([name]) => name !== 'rlm-agent') },
      'bad_request',
    ],
    [
      'tag',
      { tamper: replaced('signature-input', (text) => text.replace('rlm-bridge', 'rlm-gateway')) },
      'bad_request',
    ],
    [
      'algorithm',
      { tamper: replaced('signature-input', (text) => text.replace('ed25519', 'hmac-sha256')) },
      'bad_request',
    ],
  ] as readonly (readonly [string, UpgradeChanges, string])[])(
    'an altered %s is refused',
    async (_, changes, refusal) => {
      const gateway = shared();
      expect(await tryUpgrade(gateway, gateway.key, changes)).toMatchObject({ refusal, isSigned: true });
    },
  );

  test('a key that is not registered is unknown; its id is logged only where it has the form of one', async () => {
    const gateway = await startTestGateway();
    const stranger = newApiKey('0123456789ab').key;
    expect(await tryUpgrade(gateway, stranger)).toMatchObject({ refusal: 'key_unknown', isSigned: true });
    expect(await tryUpgrade(gateway, stranger, { keyId: 'any-text-of-a-stranger' })).toMatchObject({
      refusal: 'key_unknown',
    });
    expect(gateway.logs.of('auth_failure')).toMatchObject([{ key_id: '0123456789ab' }, { key_id: null }]);
  });

  test('who holds another key than the id’s is refused', async () => {
    const gateway = await startTestGateway();
    const other = newApiKey(gateway.key.id).key;
    expect(await tryUpgrade(gateway, other)).toMatchObject({ refusal: 'signature_invalid', isSigned: true });
  });

  test.each([
    ['early', 120, 'clock_skew'],
    ['late', -120, 'clock_skew'],
    ['a little early', 20, undefined],
    ['a little late', -80, undefined],
  ])('a clock that is %s (%i s)', async (_, skewS, refusal) => {
    const gateway = shared();
    const answer = await tryUpgrade(gateway, gateway.key, { nowS: nowS() + skewS });
    expect(answer).toMatchObject({ refusal, isSigned: true });
    // With the gateway's clock the bridge corrects itself.
    expect(Math.abs(Number(answer.headers.get('rlm-time')) - nowS())).toBeLessThan(60);
  });

  test('[UP7] a signature for another connection is worth nothing on this one', async () => {
    const gateway = await startTestGateway();
    const [victim, thief] = [await dial(gateway), await dial(gateway)];
    const lines = upgradeLines(victim, gateway, gateway.key);
    expect(await sendUpgrade(thief, gateway, lines)).toMatchObject({
      refusal: 'channel_mismatch',
      isSigned: true,
    });
    expect(await sendUpgrade(victim, gateway, lines)).toMatchObject({ status: 101 });
  });

  test('[UP8] what a key may not do any more is told only to who proves to hold it', async () => {
    const gateway = await startTestGateway({
      keys: [{ expiresAt: Date.now() - 1 }, { isRevoked: true }],
    });
    for (const [index, refusal] of ['key_expired', 'key_revoked'].entries()) {
      const key = gateway.keys[index] ?? gateway.key;
      expect(await tryUpgrade(gateway, key)).toMatchObject({ refusal, isSigned: true });
      const forger = newApiKey(key.id).key;
      expect(await tryUpgrade(gateway, forger)).toMatchObject({ refusal: 'signature_invalid' });
    }
  });

  test('[UP5] a nonce is good once', async () => {
    const gateway = await startTestGateway({ keys: [{}] });
    const nonce = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    expect(await tryUpgrade(gateway, gateway.key, { nonce })).toMatchObject({ status: 101 });
    expect(await tryUpgrade(gateway, gateway.key, { nonce })).toMatchObject({
      refusal: 'replayed',
      isSigned: true,
    });
    const [other = gateway.key] = gateway.keys;
    expect(await tryUpgrade(gateway, other, { nonce })).toMatchObject({ status: 101 });
  });

  test('of many with one nonce at once, one gets in', async () => {
    const gateway = await startTestGateway();
    const nonce = 'BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB';
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => tryUpgrade(gateway, gateway.key, { nonce })),
    );
    expect(answers.filter(({ status }) => status === 101)).toHaveLength(1);
    expect(answers.filter(({ refusal }) => refusal === 'replayed')).toHaveLength(11);
  });

  test('the 65th connection of one key is refused, and another key still gets in', async () => {
    const gateway = await startTestGateway({ keys: [{}] });
    for (let n = 0; n < 64; n += 1) {
      expect(await tryUpgrade(gateway, gateway.key)).toMatchObject({ status: 101 });
    }
    expect(await tryUpgrade(gateway, gateway.key)).toMatchObject({ refusal: 'too_many', isSigned: true });
    const [other = gateway.key] = gateway.keys;
    expect(await tryUpgrade(gateway, other)).toMatchObject({ status: 101 });
  });
});
