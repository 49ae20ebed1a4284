import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import nacl from 'tweetnacl';
import { describe, expect, test } from 'vitest';
import {
  fingerprint,
  isFingerprint,
  isSmallOrder,
  privateKeyFromSeed,
  publicKeyFromRaw,
  publicKeyOf,
  signEd25519,
  verifyEd25519,
} from '../../../shared/keys/ed25519.ts';
import { signerFromSeed } from '../../../shared/keys/nacl-signer.ts';
import { Secret } from '../../../shared/keys/secret.ts';

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
const messages = fc.uint8Array({ maxLength: 300 });
const raw = (publicKey: Uint8Array): NonNullable<ReturnType<typeof publicKeyFromRaw>> => {
  const key = publicKeyFromRaw(publicKey);
  if (key === null) throw new Error('no key');
  return key;
};

describe('tweetnacl and node:crypto', () => {
  test('make the same public key and the same signature of the same seed', () => {
    fc.assert(
      fc.property(seeds, messages, (seed, message) => {
        const [bridge, gateway] = [signerFromSeed(new Secret(seed)), privateKeyFromSeed(seed)];
        expect(publicKeyOf(gateway)).toEqual(bridge.publicKey);
        expect(new Uint8Array(signEd25519(gateway, message))).toEqual(bridge.sign(message));
      }),
      { numRuns: 50 },
    );
  });

  test('accept each other’s signatures, and none with a single bit changed', () => {
    fc.assert(
      fc.property(seeds, messages, fc.nat({ max: 511 }), (seed, message, bit) => {
        const { publicKey, sign } = signerFromSeed(new Secret(seed));
        const signature = new Uint8Array(signEd25519(privateKeyFromSeed(seed), message));
        expect(verifyEd25519(raw(publicKey), message, sign(message))).toBe(true);
        expect(nacl.sign.detached.verify(message, signature, publicKey)).toBe(true);
        signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(verifyEd25519(raw(publicKey), message, signature)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});

describe('verification', () => {
  /** The order of the group, little-endian. */
  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  const toBytes = (value: bigint): Buffer =>
    Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();

  test('refuses the malleable twin S + L, which tweetnacl takes: a nonce store would see two signatures', () => {
    const { publicKey, sign } = signerFromSeed(new Secret(new Uint8Array(randomBytes(32))));
    const message = Buffer.from('message');
    const signature = sign(message);
    const s = toNumber(signature.subarray(32));
    const twin = Buffer.concat([signature.subarray(0, 32), toBytes(s + L)]);
    expect(nacl.sign.detached.verify(message, new Uint8Array(twin), publicKey)).toBe(true);
    expect(verifyEd25519(raw(publicKey), message, twin)).toBe(false);
  });

  test.each([0, 1, 63, 65, 128])('refuses a signature of %i bytes', (length) => {
    const { publicKey } = signerFromSeed(new Secret(new Uint8Array(32)));
    expect(verifyEd25519(raw(publicKey), Buffer.from('x'), new Uint8Array(length))).toBe(false);
  });
});

describe('public keys of small order', () => {
  /** Edwards arithmetic on big integers: slow, short, and independent of every library. */
  const P = 2n ** 255n - 19n;
  const mod = (value: bigint): bigint => ((value % P) + P) % P;
  const power = (base: bigint, exponent: bigint): bigint => {
    let [result, square] = [1n, mod(base)];
    for (let rest = exponent; rest > 0n; rest >>= 1n) {
      if (rest & 1n) result = mod(result * square);
      square = mod(square * square);
    }
    return result;
  };
  const inverse = (value: bigint): bigint => power(value, P - 2n);
  const D = mod(-121665n * inverse(121666n));
  const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

  type Point = readonly [x: bigint, y: bigint];
  const add = ([x1, y1]: Point, [x2, y2]: Point): Point => {
    const cross = mod(D * x1 * x2 * y1 * y2);
    return [mod((x1 * y2 + x2 * y1) * inverse(1n + cross)), mod((y1 * y2 + x1 * x2) * inverse(1n - cross))];
  };
  /** Decodes as lenient libraries do: y is reduced, and the sign of x = 0 is not looked at. */
  const decode = (hex: string): Point => {
    const bytes = Buffer.from(hex, 'hex').reverse();
    const number = BigInt(`0x${bytes.toString('hex')}`);
    const y = mod(number & (2n ** 255n - 1n));
    const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
    let x = power(square, (P + 3n) / 8n);
    if (mod(x * x) !== square) x = mod(x * ROOT_OF_MINUS_ONE);
    if (mod(x * x) !== square) throw new Error('not on the curve');
    return [number >> 255n === (x & 1n) ? x : mod(-x), y];
  };
  const encode = (y: bigint, sign: 0n | 1n): string =>
    Buffer.from((y | (sign << 255n)).toString(16).padStart(64, '0'), 'hex')
      .reverse()
      .toString('hex');

  // A point of order 8, of which all the others are multiples; its y as published in "Taming the many EdDSAs".
  const generator = decode('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05');
  const points: Point[] = [[0n, 1n]];
  for (let at = 1; at < 8; at++) points.push(add(points.at(-1) ?? [0n, 1n], generator));
  // Every encoding of their y: reduced, and where it fits below 2^255, with p added; each with either sign bit.
  const ys = new Set(points.flatMap(([, y]) => (y + P < 2n ** 255n ? [y, y + P] : [y])));
  const encodings = [...ys].flatMap((y) => [encode(y, 0n), encode(y, 1n)]);

  test('are eight points with 14 encodings', () => {
    expect(new Set(points.map(String)).size).toBe(8);
    expect(add(points[7] ?? [0n, 1n], generator)).toEqual([0n, 1n]);
    expect(new Set(encodings).size).toBe(14);
  });

  test.each(encodings)('%s is never a key', (hex) => {
    expect(isSmallOrder(Buffer.from(hex, 'hex'))).toBe(true);
    expect(publicKeyFromRaw(Buffer.from(hex, 'hex'))).toBeNull();
  });

  test('the attack is real: under the neutral element, one forged signature fits every message', () => {
    const identity = Buffer.from(encode(1n, 0n), 'hex');
    const forged = Buffer.concat([identity, Buffer.alloc(32)]);
    for (const text of ['pay me', 'anything']) {
      expect(
        nacl.sign.detached.verify(Buffer.from(text), new Uint8Array(forged), new Uint8Array(identity)),
      ).toBe(true);
    }
  });

  test('ordinary keys are none', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { publicKey } = nacl.sign.keyPair.fromSeed(seed);
        expect(publicKeyFromRaw(publicKey)).not.toBeNull();
      }),
      { numRuns: 30 },
    );
  });
});

describe('raw keys', () => {
  test.each([0, 31, 33, 64])('%i bytes are no key', (length) => {
    expect(publicKeyFromRaw(new Uint8Array(length).fill(9))).toBeNull();
    expect(() => privateKeyFromSeed(new Uint8Array(length))).toThrow(TypeError);
  });
});

describe('the fingerprint', () => {
  test('is the one that ssh-keygen -l prints', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rlm-fingerprint-'));
    try {
      for (let round = 0; round < 5; round++) {
        const { publicKey } = nacl.sign.keyPair.fromSeed(new Uint8Array(randomBytes(32)));
        const field = (bytes: Uint8Array): Buffer => {
          const length = Buffer.alloc(4);
          length.writeUInt32BE(bytes.length);
          return Buffer.concat([length, bytes]);
        };
        const blob = Buffer.concat([field(Buffer.from('ssh-ed25519')), field(publicKey)]);
        const file = join(folder, 'key.pub');
        writeFileSync(file, `ssh-ed25519 ${blob.toString('base64')} test\n`);
        const { stdout } = spawnSync('ssh-keygen', ['-l', '-f', file], { encoding: 'utf8' });
        expect(stdout.split(' ')[1]).toBe(fingerprint(publicKey));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('is pinned for one key, so that it never changes with us', () => {
    expect(fingerprint(new Uint8Array(32).fill(1))).toBe(
      'SHA256:RXm/ruZ0eTzRXKwi1AQEDynB0VgHQ2ac9KPSFdf/YnA',
    );
    expect(isFingerprint(fingerprint(new Uint8Array(32)))).toBe(true);
  });

  test.each([
    '',
    'SHA256:',
    'sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
    'SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n',
    'MD5:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  ])('%j has not its form', (text) => {
    expect(isFingerprint(text)).toBe(false);
  });
});
