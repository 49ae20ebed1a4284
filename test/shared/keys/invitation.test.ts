import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CREDENTIAL_EXPRESSION } from '../../../shared/keys/api-key.ts';
import { encodeBase62 } from '../../../shared/keys/base62.ts';
import { checksum } from '../../../shared/keys/crc32.ts';
import { formatInvitation, newInvitation, parseInvitation } from '../../../shared/keys/invitation.ts';
import { Secret } from '../../../shared/keys/secret.ts';
import { singleMistakes } from './mistakes.ts';

const PIN = `SHA256:${Buffer.alloc(32, 9).toString('base64').replace('=', '')}`;
const origin = fc
  .tuple(fc.domain(), fc.option(fc.integer({ min: 1, max: 65_535 })))
  .map(([host, port]) => new URL(`https://${host}${port === null ? '' : `:${port}`}`).origin);

/** A credential with a right checksum and whatever payload. */
const sealed = (payload: Uint8Array): string => {
  const body = `rlmi_${encodeBase62(payload, 0)}`;
  return body + checksum(body);
};
const payload = (parts: { format?: number; id?: string; origin?: string }): Uint8Array =>
  Buffer.concat([
    Buffer.from([parts.format ?? 1]),
    Buffer.from(parts.id ?? 'AbCdEf012345', 'latin1'),
    Buffer.alloc(32, 7),
    Buffer.alloc(32, 9),
    Buffer.from(parts.origin ?? 'https://gw.example', 'latin1'),
  ]);

describe('an invitation', () => {
  test('survives being written down', () => {
    fc.assert(
      fc.property(origin, fc.uint8Array({ minLength: 32, maxLength: 32 }), (where, print) => {
        const pin = `SHA256:${Buffer.from(print).toString('base64').replace('=', '')}`;
        const made = newInvitation(where, pin);
        const text = formatInvitation(made).unwrap();
        const read = parseInvitation(text);
        expect(read).toMatchObject({ id: made.id, gatewayKey: pin, origin: where });
        expect(Buffer.compare(read?.seed.unwrap() ?? Buffer.alloc(0), made.seed.unwrap())).toBe(0);
        expect(text.match(CREDENTIAL_EXPRESSION)).toEqual([text]);
      }),
    );
  });

  test('has the form that administrators have already sent', () => {
    const seed = new Secret(new Uint8Array(32).fill(7));
    const text = formatInvitation({
      id: 'AbCdEf012345',
      seed,
      gatewayKey: PIN,
      origin: 'https://gw.example',
    });
    expect(text.unwrap()).toBe(sealed(payload({})));
    expect(text.unwrap()).toBe(
      'rlmi_4HgwjydEztTf2LznTAFUy42JQEUTmOeqtYNHWGZljb57jvR1dnro4xYZXM3A2LHwh0eacgO21IMDCyMgGrc0rkB7VT0lKBY9cqPymkGbe0gFCfqJFwm1jFiHsrZpieD4ZoEf4',
    );
  });

  test('is refused after any single mistake', () => {
    const text = formatInvitation(newInvitation('https://gw.example:8443', PIN)).unwrap();
    const accepted = [...singleMistakes(text)].filter((wrong) => parseInvitation(wrong) !== null);
    expect(accepted).toEqual([]);
  });

  test('holds a host name of any length that DNS allows', () => {
    const host = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;
    const made = newInvitation(`https://${host}:65535`, PIN);
    expect(parseInvitation(formatInvitation(made).unwrap())?.origin).toBe(made.origin);
  });

  test.each([
    ['another format', payload({ format: 2 })],
    ['an id of other characters', payload({ id: 'AbCdEf01234_' })],
    ['no origin', payload({ origin: '' })],
    ['plain HTTP', payload({ origin: 'http://gw.example' })],
    ['a path behind the origin', payload({ origin: 'https://gw.example/' })],
    ['the default port', payload({ origin: 'https://gw.example:443' })],
    ['a user in the origin', payload({ origin: 'https://u@gw.example' })],
    ['a host in upper case', payload({ origin: 'https://GW.example' })],
    ['no URL', payload({ origin: 'gw.example' })],
    ['a payload cut short', payload({}).subarray(0, 60)],
    ['nothing', new Uint8Array(0)],
  ])('is refused with %s, though its checksum holds', (_, bytes) => {
    expect(parseInvitation(sealed(bytes))).toBeNull();
  });

  test('is refused unread when it is too long', () => {
    const long = (labels: number): string =>
      sealed(payload({ origin: `https://${'a.'.repeat(labels)}example` }));
    expect(parseInvitation(long(100))).not.toBeNull();
    expect(parseInvitation(long(200))).toBeNull();
  });

  test('hostile text never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parseInvitation(`rlmi_${text}`)).toBeNull();
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void parseInvitation(sealed(bytes))));
  });
});
