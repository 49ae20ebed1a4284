import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fetchGateway } from '../support/gateway-enrolment.ts';
import { openPeer } from '../support/gateway-peer.ts';
import { initGateway, serveGateway } from '../support/gateway-process.ts';
import { brokenLinks, openTestStore, testFolder } from '../support/gateway-store.ts';

/**
 * A disk with no room left, as far as one process can be made to see it: the kernel refuses it every byte past a
 * size (RLIMIT_FSIZE), which is lifted again when "somebody has made room".
 */
const limitFiles = (pid: number, bytes: number | 'unlimited'): void => {
  execFileSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:`]);
};

test('a full disk: calls fail, nothing is half written, and it mends itself when there is room', async () => {
  const made = await initGateway();
  const repository = await testFolder();
  await writeFile(join(repository, 'a.txt'), 'CONTENT-CANARY\n');
  const gateway = await serveGateway(made, ['--repo', `app=${repository}`]);
  const { pid = 0 } = gateway.child;
  const peer = await openPeer(gateway, made.adminKey);
  const session_id = await peer.session();
  const { file_handle } = await peer.call('rlm_fs_handle_create', { session_id, file_path: 'a.txt' });
  const read = () => peer.call('rlm_span_read', { session_id, file_handle, start_line: 1, end_line: 1 });
  expect(await read()).toMatchObject({ success: true });
  expect(await fetchGateway(gateway, '/ready')).toMatchObject({ status: 200 });

  limitFiles(pid, statSync(join(made.data, 'gateway.db-wal')).size);
  for (let n = 0; n < 5; n += 1) {
    const body = await read();
    expect(body).toMatchObject({ success: false, error_code: 'PROVENANCE_UNAVAILABLE' });
    expect(JSON.stringify(body)).not.toContain('CANARY');
  }
  const ready = await fetchGateway(gateway, '/ready');
  expect(ready.status).toBe(503);
  expect(JSON.parse(ready.text)).toMatchObject({ status: 'not_ready', parts: { provenance: 'failing' } });
  // Alive all the same: whoever watches must not restart it for that.
  expect(await fetchGateway(gateway, '/health')).toMatchObject({ status: 200 });

  limitFiles(pid, 'unlimited');
  while ((await fetchGateway(gateway, '/ready')).status !== 200);
  expect(await read()).toMatchObject({ success: true });
  gateway.child.kill('SIGTERM');
  expect(await gateway.exited).toMatchObject({ code: 0 });
  expect(gateway.stderr()).toMatch(/"event":"provenance_unavailable"[\s\S]*"event":"provenance_available"/);

  const store = await openTestStore(join(made.data, 'gateway.db'));
  const records = await store.db.selectFrom('records').selectAll().orderBy('seq').execute();
  expect(brokenLinks(records)).toEqual([]);
  expect(records.filter(({ tool }) => tool === 'rlm.span.read')).toHaveLength(2);
});
