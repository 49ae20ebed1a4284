import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fetchGateway, postEnrolment } from '../../support/gateway-enrolment.ts';
import { startTestGateway, useTestGateway } from '../../support/gateway-in-process.ts';

/** Plain HTTP on the listener: what strangers may ask, and hostile ways of asking. */
describe('health and readiness', () => {
  test('say how it is and no more, under whatever name they are asked', async () => {
    const gateway = await startTestGateway();
    for (const headers of [{}, { host: 'probe.internal' }]) {
      expect(await fetchGateway(gateway, '/health', { headers })).toMatchObject({
        status: 200,
        text: '{"status":"ok"}',
      });
      const ready = await fetchGateway(gateway, '/ready', { headers });
      expect(ready.status).toBe(200);
      expect(JSON.parse(ready.text)).toEqual({
        status: 'ready',
        parts: { store: 'ok', provenance: 'ok', repositories: 'ok' },
      });
    }
  });

  test('a store that does not answer is not ready', async () => {
    const gateway = await startTestGateway({
      wrapStore: (store) => ({ ...store, dataVersion: () => Promise.reject(new Error('away')) }),
    });
    const ready = await fetchGateway(gateway, '/ready');
    expect(ready.status).toBe(503);
    expect(JSON.parse(ready.text)).toMatchObject({ status: 'not_ready', parts: { store: 'failing' } });
    expect(await fetchGateway(gateway, '/health')).toMatchObject({ status: 200 });
  });

  test('a repository that is gone is not ready', async () => {
    const gateway = await startTestGateway();
    await rename(join(gateway.folder, 'repository'), join(gateway.folder, 'elsewhere'));
    const { status, text } = await fetchGateway(gateway, '/ready');
    // The guard holds the folder open, so that it is still there; either answer is the truth, silence is not.
    expect([200, 503]).toContain(status);
    expect(JSON.parse(text)).toHaveProperty('parts.repositories');
  });
});

const shared = useTestGateway();

describe('everything else', () => {
  test.each([
    '/',
    '/mcp',
    '/metrics',
    '/admin',
    '/enrol',
    '/health/',
    '/bridge/x',
    '/../etc/passwd',
    '/%2e%2e/x',
  ])('GET %s is not found, without a word', async (path) => {
    const gateway = await startTestGateway();
    const answer = await fetchGateway(gateway, path);
    expect(answer).toMatchObject({ status: 404, text: '{"error":"not_found"}' });
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  test('a foreign Host is misdirected', async () => {
    const gateway = shared();
    const headers = { host: 'evil.example' };
    expect(await fetchGateway(gateway, '/enrol', { method: 'POST', headers, body: '{}' })).toMatchObject({
      status: 421,
    });
  });
});

describe('hostile enrolments', () => {
  const WELL_FORMED = {
    invitation_id: 'AAAAAAAAAAAA',
    public_key: 'A'.repeat(43),
    created: 1,
    proof: 'A'.repeat(86),
    possession: 'A'.repeat(86),
  };

  test.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['null', 'null'],
    ['an array', '[]'],
    ['a string', '"x"'],
    ['no fields', '{}'],
    ['one field too many', JSON.stringify({ ...WELL_FORMED, is_admin: true })],
    ['an id of another width', JSON.stringify({ ...WELL_FORMED, invitation_id: 'A' })],
    ['a key of another width', JSON.stringify({ ...WELL_FORMED, public_key: 'A'.repeat(44) })],
    ['base64 that is not base64url', JSON.stringify({ ...WELL_FORMED, proof: `${'A'.repeat(85)}+` })],
    ['a time that is no number', JSON.stringify({ ...WELL_FORMED, created: '1' })],
    ['an object for a string', JSON.stringify({ ...WELL_FORMED, invitation_id: { $ne: '' } })],
    ['depth', `${'['.repeat(2_000)}${']'.repeat(2_000)}`],
  ])('%s is a bad request', async (_, body) => {
    const gateway = shared();
    expect(await postEnrolment(gateway, body)).toMatchObject({
      status: 400,
      text: '{"error":"bad_request"}',
    });
  });

  test('a body that is too long is not read to its end', async () => {
    const gateway = shared();
    expect(await postEnrolment(gateway, ' '.repeat(5_000))).toMatchObject({ status: 413 });
  });

  test('a browser is refused', async () => {
    const gateway = shared();
    expect(await postEnrolment(gateway, WELL_FORMED, { origin: 'https://evil.example' })).toMatchObject({
      status: 403,
    });
  });

  test('an invitation nobody made is refused, and what was claimed is not logged', async () => {
    const gateway = await startTestGateway();
    const answer = await postEnrolment(gateway, { ...WELL_FORMED, created: Math.floor(Date.now() / 1000) });
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.text)).toMatchObject({ error: 'invitation_invalid' });
    expect(gateway.logs.of('auth_failure')).toMatchObject([{ reason: 'invitation_invalid', key_id: null }]);
    expect(gateway.logs.lines.join('')).not.toContain(WELL_FORMED.invitation_id);
  });

  test('whatever is posted, the answer is a refusal and nobody is let in', async () => {
    const gateway = await startTestGateway();
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 3 }), async (body) => {
        const { status } = await postEnrolment(gateway, body);
        expect([400, 401, 413]).toContain(status);
      }),
      { numRuns: 40 },
    );
    expect(await gateway.store.db.selectFrom('keys').selectAll().execute()).toHaveLength(1);
  });
});
