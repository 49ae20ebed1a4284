import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseApiKey } from '../../../shared/keys/api-key.ts';
import { isFingerprint } from '../../../shared/keys/ed25519.ts';
import { gatewayJson, runGatewayCommand } from '../../support/gateway-process.ts';
import { testFolder } from '../../support/gateway-store.ts';

/** `rlm-gateway init` as a process, under a user's usual umask. */
test('makes everything once, for its user alone, and never again over it', async () => {
  const data = join(await testFolder(), 'data');
  const made = await gatewayJson(['init', '--data', data, '--host', 'GW.example']);
  expect(made).toEqual({
    data,
    fingerprint: expect.any(String),
    ca: join(data, 'ca.pem'),
    admin_key: expect.any(String),
  });
  expect(isFingerprint(String(made['fingerprint']))).toBe(true);
  expect(parseApiKey(String(made['admin_key']))).not.toBeNull();

  const modeOf = (name: string): string => (statSync(join(data, name)).mode & 0o777).toString(8);
  expect(modeOf('.')).toBe('700');
  // What is public may be read, as far as the folder lets anyone; nothing may be written by others.
  expect(Object.fromEntries(readdirSync(data).map((name) => [name, modeOf(name)]))).toEqual({
    'ca-key.pem': '600',
    'ca.pem': expect.stringMatching(/^6[04][04]$/),
    'certificate-key.pem': '600',
    'certificate.pem': expect.stringMatching(/^6[04][04]$/),
    'config.json': '600',
    'gateway.db': '600',
    'identity.pem': '600',
  });

  const before = readdirSync(data).map((name) => readFileSync(join(data, name)));
  const again = await runGatewayCommand(['init', '--data', data]);
  expect(again).toMatchObject({ code: 1, stdout: '' });
  expect(again.stderr).toContain('already');
  expect(readdirSync(data).map((name) => readFileSync(join(data, name)))).toEqual(before);
});
