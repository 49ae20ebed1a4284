import { randomBytes } from 'node:crypto';
import { publicKeyFromRaw, verifyEd25519 } from '../../../shared/keys/ed25519.ts';
import { type Signer, signerFromSeed } from '../../../shared/keys/nacl-signer.ts';
import { Secret } from '../../../shared/keys/secret.ts';
import type { HeaderMap } from '../../../shared/signatures/header-map.ts';
import type { SignatureHeaders } from '../../../shared/signatures/signature-base.ts';
import {
  parseUpgrade,
  signUpgrade,
  type UpgradeRequest,
} from '../../../shared/signatures/upgrade-request.ts';

export const NOW_S = 1_790_000_000;
export const NONCE = 'AAECAwQFBgcICQoLDA0ODw';

/** Raw headers of an upgrade as a bridge sends them, before they are signed. */
export const UNSIGNED: readonly (readonly [string, string])[] = [
  ['host', 'gw.example:8443'],
  ['sec-websocket-key', 'dGhlIHNhbXBsZSBub25jZQ=='],
  ['sec-websocket-protocol', 'rlm-bridge.v1'],
  ['sec-websocket-version', '13'],
  ['rlm-mode', 'bound'],
  ['rlm-channel-binding', 'AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA'],
  ['rlm-instance', '0b0e7a2c-9a5e-4a6e-8f0e-2f7f5f6a7b8c'],
  ['rlm-agent', 'rlm-bridge/0.1.0 node/24'],
];

export const requestOf = (headers: HeaderMap, changes: Partial<UpgradeRequest> = {}): UpgradeRequest => ({
  method: 'GET',
  authority: 'gw.example:8443',
  path: '/bridge',
  headers,
  ...changes,
});

export const newSigner = (): Signer =>
  signerFromSeed(new Secret<Uint8Array>(new Uint8Array(randomBytes(32))));

/** Verifies as the gateway does. */
export const verifierOf = ({
  publicKey,
}: Signer): ((message: Uint8Array, signature: Uint8Array) => boolean) => {
  const key = publicKeyFromRaw(publicKey);
  return (message, signature) => key !== null && verifyEd25519(key, message, signature);
};

export function signed(signer: Signer, unsigned: HeaderMap = new Map(UNSIGNED)): UpgradeRequest {
  const request = requestOf(unsigned);
  const fields = signUpgrade(request, { keyId: 'AbCdEf012345', nonce: NONCE, nowS: NOW_S }, signer.sign);
  return withSignature(request, fields);
}

export const withSignature = (
  request: UpgradeRequest,
  fields: Partial<SignatureHeaders>,
): UpgradeRequest => ({
  ...request,
  headers: new Map([...request.headers, ...Object.entries(fields)]),
});

/** What a gateway concludes: the form is right and the signature holds. */
export const isAccepted = (request: UpgradeRequest, signer: Signer): boolean =>
  parseUpgrade(request)?.verify(verifierOf(signer)) ?? false;
