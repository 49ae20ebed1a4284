import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isTimely,
  parseUpgrade,
  signUpgrade,
  type UpgradeRequest,
} from '../../../shared/signatures/upgrade-request.ts';
import {
  isAccepted,
  NONCE,
  NOW_S,
  newSigner,
  requestOf,
  signed,
  UNSIGNED,
  withSignature,
} from './example-upgrade.ts';

const signer = newSigner();
const good = signed(signer);
const input = good.headers.get('signature-input') ?? '';
const signature = good.headers.get('signature') ?? '';

const withHeader = (name: string, value: string): UpgradeRequest => ({
  ...good,
  headers: new Map([...good.headers, [name, value]]),
});
const withoutHeader = (name: string): UpgradeRequest => ({
  ...good,
  headers: new Map([...good.headers].filter(([present]) => present !== name)),
});
/** The same signature under a changed `Signature-Input`. */
const withInput = (text: string): UpgradeRequest => withSignature(good, { 'signature-input': text });

describe('an upgrade that was signed', () => {
  test('is accepted, and says who signed it and when', () => {
    expect(isAccepted(good, signer)).toBe(true);
    expect(parseUpgrade(good)?.params).toEqual({
      created: NOW_S,
      expires: NOW_S + 60,
      nonce: NONCE,
      keyid: 'AbCdEf012345',
      tag: 'rlm-bridge',
    });
  });

  test('covers exactly these components, in this order', () => {
    expect(input).toBe(
      'rlm=("@method" "@authority" "@path" "sec-websocket-key" "sec-websocket-protocol" "rlm-agent" ' +
        '"rlm-channel-binding" "rlm-instance" "rlm-mode");created=1790000000;expires=1790000060;' +
        'nonce="AAECAwQFBgcICQoLDA0ODw";keyid="AbCdEf012345";alg="ed25519";tag="rlm-bridge"',
    );
  });

  test('does not depend on the order its headers arrive in', () => {
    expect(isAccepted({ ...good, headers: new Map([...good.headers].reverse()) }, signer)).toBe(true);
  });

  test('cannot be made without the WebSocket headers', () => {
    for (const name of ['sec-websocket-key', 'sec-websocket-protocol']) {
      const request = requestOf(new Map(UNSIGNED.filter(([present]) => present !== name)));
      const own = { keyId: 'k', nonce: NONCE, nowS: NOW_S };
      expect(() => signUpgrade(request, own, signer.sign)).toThrow(TypeError);
    }
  });
});

describe('an upgrade that was changed on the way is refused', () => {
  test.each([
    ['another method', { method: 'POST' }],
    ['the method in lower case', { method: 'get' }],
    ['another host', { authority: 'evil.example:8443' }],
    ['another port', { authority: 'gw.example:443' }],
    ['no port', { authority: 'gw.example' }],
    ['another path', { path: '/enrol' }],
    ['a longer path', { path: '/bridge/' }],
    ['a query', { path: '/bridge?x' }],
  ])('%s', (_, change) => {
    expect(isAccepted({ ...good, ...change }, signer)).toBe(false);
  });

  const covered = [...good.headers.keys()].filter((name) =>
    /^(rlm-|sec-websocket-(key|protocol)$)/.test(name),
  );

  test('the list of covered headers is not empty', () => {
    expect(covered).toHaveLength(6);
  });

  test.each(covered)('%s missing, empty, or with any one character changed', (name) => {
    const value = good.headers.get(name) ?? '';
    expect(isAccepted(withoutHeader(name), signer)).toBe(false);
    expect(isAccepted(withHeader(name, ''), signer)).toBe(false);
    for (let at = 0; at < value.length; at++) {
      const other = value.charAt(at) === 'x' ? 'y' : 'x';
      expect(isAccepted(withHeader(name, value.slice(0, at) + other + value.slice(at + 1)), signer)).toBe(
        false,
      );
    }
  });

  test('a further rlm-* header, of any name', () => {
    const name = fc.string({ unit: fc.constantFrom(...'abz-9'), minLength: 1 }).map((rest) => `rlm-${rest}`);
    fc.assert(
      fc.property(
        name.filter((made) => !good.headers.has(made)),
        fc.string(),
        (made, value) => {
          expect(isAccepted(withHeader(made, value), signer)).toBe(false);
        },
      ),
    );
  });

  test('but a header that nobody signs may come and go: proxies add their own', () => {
    expect(isAccepted(withHeader('x-forwarded-for', '10.0.0.1'), signer)).toBe(true);
    expect(isAccepted(withoutHeader('sec-websocket-version'), signer)).toBe(true);
  });
});

describe('a Signature-Input that is not to the letter what we would have written is refused', () => {
  const list = input.slice('rlm='.length, input.indexOf(')') + 1);
  const params = input.slice(input.indexOf(')') + 1);

  test.each([
    ['no component', `rlm=()${params}`],
    ['a component less', `rlm=${list.replace(' "@path"', '')}${params}`],
    ['a component twice', `rlm=${list.replace('"@path"', '"@path" "@path"')}${params}`],
    ['a component more', `rlm=${list.replace(')', ' "host")')}${params}`],
    [
      'components in another order',
      `rlm=${list.replace('"@method" "@authority"', '"@authority" "@method"')}${params}`,
    ],
    ['a component of the related request', `rlm=${list.replace('"@path"', '"@path";req')}${params}`],
    ['a component of a trailer', `rlm=${list.replace('"rlm-mode"', '"rlm-mode";tr')}${params}`],
    ['an upper-case component', `rlm=${list.replace('"rlm-mode"', '"RLM-Mode"')}${params}`],
    ['two spaces', `rlm=${list.replace('"@method" ', '"@method"  ')}${params}`],
    ['a space before a parameter', `rlm=${list}${params.replace(';nonce', '; nonce')}`],
    ['another label', `sig1=${list}${params}`],
    ['a second label', `${input}, sig1=("@method");created=1`],
    ['the label twice', `${input}, ${input}`],
    ['a parameter twice', `${input};created=1790000000`],
    ['a parameter more', `${input};x=1`],
    ['parameters in another order', `rlm=${list};tag="rlm-bridge"${params.replace(';tag="rlm-bridge"', '')}`],
    ['no created', `rlm=${list}${params.replace(/;created=\d+/, '')}`],
    ['no expires', `rlm=${list}${params.replace(/;expires=\d+/, '')}`],
    ['no nonce', `rlm=${list}${params.replace(/;nonce="[^"]*"/, '')}`],
    ['no keyid', `rlm=${list}${params.replace(/;keyid="[^"]*"/, '')}`],
    ['no alg', `rlm=${list}${params.replace(/;alg="[^"]*"/, '')}`],
    ['no tag', `rlm=${list}${params.replace(/;tag="[^"]*"/, '')}`],
    ['another alg', `rlm=${list}${params.replace('ed25519', 'hmac-sha256')}`],
    ['the tag of an answer', `rlm=${list}${params.replace('rlm-bridge"', 'rlm-gateway"')}`],
    ['created as a decimal', `rlm=${list}${params.replace('1790000000', '1790000000.0')}`],
    ['created as a string', `rlm=${list}${params.replace('1790000000', '"1790000000"')}`],
    ['created as a date', `rlm=${list}${params.replace('1790000000', '@1790000000')}`],
    ['created with a leading zero', `rlm=${list}${params.replace('1790000000', '01790000000')}`],
    ['created before the epoch', `rlm=${list}${params.replace('1790000000', '-1790000000')}`],
    ['a nonce too short to be random', `rlm=${list}${params.replace(NONCE, 'AAAA')}`],
    ['a nonce of other characters', `rlm=${list}${params.replace(NONCE, `${NONCE.slice(1)}+`)}`],
    ['a keyid of more than 64 characters', `rlm=${list}${params.replace('AbCdEf012345', 'A'.repeat(65))}`],
    ['an empty keyid', `rlm=${list}${params.replace('AbCdEf012345', '')}`],
    ['no structured field at all', 'rlm=('],
    ['nothing', ''],
    ['far too much', `${input};x="${'x'.repeat(5000)}"`],
  ])('%s', (_, text) => {
    expect(text).not.toBe(input);
    expect(parseUpgrade(withInput(text))).toBeNull();
  });

  test('an upgrade with so many headers that the list is longer than 2048 characters', () => {
    const many = (count: number): UpgradeRequest =>
      signed(
        signer,
        new Map([...UNSIGNED, ...Array.from({ length: count }, (_, at) => [`rlm-${at}`, 'x'] as const)]),
      );
    expect(isAccepted(many(100), signer)).toBe(true);
    expect(isAccepted(many(200), signer)).toBe(false);
  });

  test('any one character changed, added or left out', () => {
    const accepted: string[] = [];
    for (let at = 0; at <= input.length; at++) {
      const [before, after] = [input.slice(0, at), input.slice(at)];
      for (const other of ['x', '0', ' ', '"', ';', ',', '=']) {
        const wrongs = [before + other + after, before + other + after.slice(1), before + after.slice(1)];
        for (const wrong of wrongs) {
          if (wrong !== input && isAccepted(withInput(wrong), signer)) accepted.push(wrong);
        }
      }
    }
    expect(accepted).toEqual([]);
  });

  test('hostile text never throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ unit: 'binary' }),
        (left, right) => {
          expect(parseUpgrade(withSignature(good, { 'signature-input': left, signature: right }))).toBeNull();
          expect(parseUpgrade(withInput(`rlm=${left}`))).toBeNull();
        },
      ),
    );
  });
});

describe('a Signature that is not one canonical value is refused', () => {
  const value = signature.slice('rlm=:'.length, -1);

  test.each([
    ['another label', `sig1=:${value}:`],
    ['a second label', `${signature}, sig1=:${value}:`],
    ['a parameter', `${signature};x`],
    ['no colons', `rlm=${value}`],
    ['a string', `rlm="${value}"`],
    ['63 bytes', `rlm=:${Buffer.alloc(63).toString('base64')}:`],
    ['65 bytes', `rlm=:${Buffer.alloc(65).toString('base64')}:`],
    ['no padding', `rlm=:${value.replace(/=/g, '')}:`],
    ['a space before', ` ${signature}`],
    ['a newline behind', `${signature}\n`],
    ['nothing', ''],
  ])('%s', (_, text) => {
    expect(parseUpgrade(withSignature(good, { signature: text }))).toBeNull();
  });

  test('base64 with other unused bits: the same bytes must not have two texts', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    const last = alphabet.indexOf(value.charAt(85));
    for (let bits = 1; bits < 16; bits++) {
      const twin = `rlm=:${value.slice(0, 85)}${alphabet.charAt(last ^ bits)}==:`;
      expect(Buffer.from(twin.slice(5, -1), 'base64')).toEqual(Buffer.from(value, 'base64'));
      expect(parseUpgrade(withSignature(good, { signature: twin }))).toBeNull();
    }
  });

  test('any one character changed', () => {
    for (let at = 0; at < signature.length; at++) {
      const other = signature.charAt(at) === 'A' ? 'B' : 'A';
      const wrong = signature.slice(0, at) + other + signature.slice(at + 1);
      expect(isAccepted(withSignature(good, { signature: wrong }), signer)).toBe(false);
    }
  });

  test('the signature of another key, or of another request', () => {
    expect(isAccepted(good, newSigner())).toBe(false);
    const other = signed(signer, new Map([...UNSIGNED, ['rlm-repo', 'linux']]));
    expect(isAccepted(withSignature(good, { signature: other.headers.get('signature') ?? '' }), signer)).toBe(
      false,
    );
  });
});

describe('the time of a signature', () => {
  const at = (created: number, expires: number): boolean =>
    isTimely(
      { created: NOW_S + created, expires: NOW_S + expires, nonce: NONCE, keyid: 'k', tag: 't' },
      NOW_S,
    );

  test.each([
    ['just made', 0, 60, true],
    ['made by a clock 30 s ahead', 30, 90, true],
    ['made by a clock 31 s ahead', 31, 91, false],
    ['expired 30 s ago by our clock', -90, -30, true],
    ['expired 31 s ago', -91, -31, false],
    ['valid for a moment', 0, 1, true],
    ['valid for no time', 0, 0, false],
    ['expiring before it was made', 10, 0, false],
    ['valid for 61 s', 0, 61, false],
    ['valid for a year', -1000, 31_536_000, false],
  ])('%s', (_, created, expires, expected) => {
    expect(at(created, expires)).toBe(expected);
  });
});
