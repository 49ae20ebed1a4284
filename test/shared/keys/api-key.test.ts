import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CREDENTIAL_EXPRESSION,
  formatApiKey,
  isKeyId,
  newApiKey,
  newKeyId,
  parseApiKey,
} from '../../../shared/keys/api-key.ts';
import { encodeBase62 } from '../../../shared/keys/base62.ts';
import { checksum } from '../../../shared/keys/crc32.ts';
import { signerFromSeed } from '../../../shared/keys/nacl-signer.ts';
import { Secret } from '../../../shared/keys/secret.ts';
import { singleMistakes } from './mistakes.ts';

const keyId = fc.string({ unit: fc.constantFrom(...'09AZaz'), minLength: 12, maxLength: 12 });
const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('an API key', () => {
  test('survives being written down', () => {
    fc.assert(
      fc.property(keyId, seed, (id, bytes) => {
        const text = formatApiKey({ id, seed: new Secret(bytes) }).unwrap();
        expect(text).toHaveLength(67);
        const key = parseApiKey(text);
        expect(key?.id).toBe(id);
        expect(new Uint8Array(key?.seed.unwrap() ?? [])).toEqual(bytes);
      }),
    );
  });

  test('has the form that keys in keychains have', () => {
    const text = formatApiKey({ id: 'AbCdEf012345', seed: new Secret(new Uint8Array(32).fill(7)) });
    expect(text.unwrap()).toBe('rlmk_AbCdEf012345_1fJjkkpe9PiTw9KSulA8Ghct30vZz4HpdQ5c5b9cPF13DMQYq');
  });

  test('is refused after any single mistake', () => {
    const text = formatApiKey(newApiKey(newKeyId()).key).unwrap();
    const accepted = [...singleMistakes(text)].filter((wrong) => parseApiKey(wrong) !== null);
    expect(accepted).toEqual([]);
  });

  test('is refused where its checksum holds and its seed is more than 32 bytes', () => {
    const body = `rlmk_AbCdEf012345_${'z'.repeat(43)}`;
    expect(parseApiKey(body + checksum(body))).toBeNull();
  });

  test('carries the seed of the public key that was made with it', () => {
    const { key, publicKey } = newApiKey(newKeyId());
    expect(signerFromSeed(key.seed).publicKey).toEqual(publicKey);
  });

  test('ids are new each time, and of the right form', () => {
    const ids = Array.from({ length: 500 }, newKeyId);
    expect(new Set(ids).size).toBe(500);
    expect(ids.every(isKeyId)).toBe(true);
    expect(['', 'AbCdEf01234', 'AbCdEf0123456', 'AbCdEf01234_', 'AbCdEf01234\n'].some(isKeyId)).toBe(false);
  });

  test('is found in a text by the published expression, whole', () => {
    const text = formatApiKey(newApiKey(newKeyId()).key).unwrap();
    expect(`key="${text}",`.match(CREDENTIAL_EXPRESSION)).toEqual([text]);
    expect('rlmk_short rlm_session_create'.match(CREDENTIAL_EXPRESSION)).toBeNull();
  });
});

describe('a secret', () => {
  const bytes = new Uint8Array(32).fill(0x41);
  const text = new Secret('correct horse');
  const key = { id: 'id', seed: new Secret(bytes) };
  /** The text, and the bytes as numbers, hex, base64 and letters. */
  const leak = /horse|65,|:65|41 ?41|QUFB|AAAA/;

  test.each([text, key])('is not seen in print, in JSON, in an error or in a copy', (value) => {
    const error = new Error('x', { cause: value });
    error.stack = 'Error: x';
    const seen = [
      `${value}`,
      JSON.stringify({ value }),
      inspect({ value }, { depth: null, showHidden: true }),
      inspect(structuredClone({ value }), { depth: null, showHidden: true }),
      inspect(error),
      JSON.stringify(Object.entries(value)),
    ];
    expect(seen.filter((shown) => leak.test(shown))).toEqual([]);
  });

  test('says that it is one', () => {
    expect([`${text}`, JSON.stringify(text), inspect(text)]).toEqual(['[secret]', '"[secret]"', '[secret]']);
  });

  test('is there for whoever unwraps it', () => {
    expect(text.unwrap()).toBe('correct horse');
    expect(key.seed.unwrap()).toBe(bytes);
    expect(formatApiKey(key).unwrap()).toContain(encodeBase62(bytes));
  });
});
