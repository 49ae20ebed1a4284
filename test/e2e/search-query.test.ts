import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { bridgeLaunch } from '../support/e2e-bridge.ts';
import { connectClient } from '../support/e2e-clients.ts';
import { startE2eGateway } from '../support/e2e-gateway.ts';
import { makeE2eRepository } from '../support/e2e-repository.ts';

it('a gateway indexes its repository by itself, keeps the index to its user, and stops with its thread', async () => {
  const repository = await makeE2eRepository({
    'src/retry.ts': 'export function retryRequest(times: number) {\n  return backoff(times);\n}\n',
    '.env': 'SECRET=1\n',
  });
  onTestFinished(() => repository.remove());
  const gateway = await startE2eGateway({ repos: [`app=${repository.path}`] });
  onTestFinished(() => gateway.remove());

  /** Asks until the index answers: before that ripgrep does, and says the same. */
  const askIndexed = async (): Promise<void> => {
    const client = await connectClient('client 2.x, 2026 era', bridgeLaunch(gateway));
    try {
      const { body } = await client.call('rlm_session_create');
      const session_id = body['session_id'];
      await client.call('rlm_roots_set', { session_id, roots: ['.'] });
      for (let isIndexed = false; !isIndexed; ) {
        const answer = await client.call('rlm_search_query', {
          session_id,
          query: 'retry a request',
          scope: '.',
        });
        expect(answer.body).toMatchObject({
          success: true,
          results: [{ file_path: 'src/retry.ts', start_line: 1, end_line: 3, symbol: 'retryRequest' }],
        });
        isIndexed = answer.body['indexed'] === true;
      }
    } finally {
      await client.close();
    }
  };

  await askIndexed();
  const folder = join(gateway.data, 'indexes');
  const names = await readdir(folder);
  expect(names.filter((name) => /^app-[0-9a-f]{16}\.db$/.test(name))).toHaveLength(1);
  for (const name of names) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(await gateway.stop()).toBe(0);
  // Ended cleanly: nothing is left to be written from a log.
  expect(await readdir(folder)).toEqual(names.filter((name) => name.endsWith('.db')));
  await gateway.start();
  await askIndexed();
});
