import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Answers hold the repository's content, and the gateway's files must not: stored answers are encrypted under a key
 * that is made of the gateway's identity and stored nowhere. Pages that SQLite has freed, its log, and a backup of
 * the database hold ciphertext only. Each is bound to its call, so that none can be put in another's place.
 */
export class AnswerSeal {
  readonly #key: Uint8Array;

  /** @param secret lives as long as the gateway's identity, so that answers outlive a restart */
  constructor(secret: Uint8Array) {
    this.#key = createHmac('sha256', secret).update('rlm-call-ledger.v1').digest();
  }

  /** @returns nonce, tag, ciphertext */
  seal(answer: string, call: string): Uint8Array {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce).setAAD(Buffer.from(call));
    const text = [cipher.update(answer, 'utf8'), cipher.final()];
    return Buffer.concat([nonce, cipher.getAuthTag(), ...text]);
  }

  /** @throws where it is another call's, or damaged */
  open(sealed: Uint8Array, call: string): string {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.#key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(call))
      .setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const text = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  }
}
