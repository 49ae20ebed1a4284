import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openPeer } from '../support/gateway-peer.ts';
import { initGateway, serveGateway } from '../support/gateway-process.ts';
import { brokenLinks, openTestStore, testFolder } from '../support/gateway-store.ts';

test('killed in a burst of calls: what was answered is in the log, and the chain holds', async () => {
  const made = await initGateway();
  const args = ['--repo', `app=${await testFolder()}`];
  const gateway = await serveGateway(made, args);
  const peers = [await openPeer(gateway, made.adminKey), await openPeer(gateway, made.adminKey)];
  const answered = new Set<string>();
  for (const peer of peers) {
    peer.ws.on('message', (data: Buffer) => {
      const id = /"session_id":"(s_[A-Za-z0-9_-]+)"/.exec(data.toString())?.[1];
      if (id !== undefined) answered.add(id);
      // In the middle of it: many are answered, many are not.
      if (answered.size === 150) gateway.child.kill('SIGKILL');
    });
    for (let n = 0; n < 400; n += 1) peer.post('tools/call', { name: 'rlm_session_create', arguments: {} });
  }
  await gateway.exited;
  expect(answered.size).toBeGreaterThanOrEqual(150);
  expect(answered.size).toBeLessThan(800);

  const store = await openTestStore(join(made.data, 'gateway.db'));
  const records = await store.db.selectFrom('records').selectAll().orderBy('seq').execute();
  expect(brokenLinks(records)).toEqual([]);
  const recorded = new Set(records.map(({ session_id }) => session_id));
  expect([...answered].filter((id) => !recorded.has(id))).toEqual([]);
  // And the sessions themselves, which were written before their records.
  const sessions = new Set(
    (await store.db.selectFrom('sessions').select('id').execute()).map(({ id }) => id),
  );
  expect([...answered].filter((id) => !sessions.has(id))).toEqual([]);
  await store.close();

  const again = await openPeer(await serveGateway(made, args), made.adminKey);
  const [session_id] = answered;
  expect(await again.call('rlm_roots_set', { session_id, roots: ['.'] })).toMatchObject({ success: true });
});
