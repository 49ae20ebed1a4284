import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { enrol } from '../../../client/enrolment/enrol.ts';
import { formatApiKey, newApiKey } from '../../../shared/keys/api-key.ts';
import { parseInvitation } from '../../../shared/keys/invitation.ts';
import { gatewayJson, initGateway, serveGateway } from '../../support/gateway-process.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';
import { errorCodeOf, jsonOf, runClient } from '../client-process.ts';

const home = useTemporaryFolder();
const LOGIN = ['login', '--ca', 'ca.pem', '--key-source', 'file:key', '--json'];

const caFile = (): string => join(home(), 'ca.pem');

/** A real gateway with an empty repository, and an invitation to it. */
async function invited(): Promise<string> {
  const made = await initGateway();
  await serveGateway(made, ['--repo', `shop=${home()}`]);
  await writeFile(caFile(), made.ca);
  const invite = ['keys', 'invite', '--name', 'Ada', '--data', made.data];
  const { invitation } = await gatewayJson<{ invitation: string }>(invite);
  return invitation;
}

test('[EN1] [EN4] a real gateway: log in, see that it answers; the invitation is good once', async () => {
  const text = await invited();
  const done = await runClient(LOGIN, { home: home(), stdin: text });
  expect(done).toMatchObject({ code: 0 });
  expect(jsonOf(done)).toMatchObject({ key_id: parseInvitation(text)?.id, name: 'Ada' });
  const status = await runClient(['status', '--json'], { home: home() });
  expect(jsonOf(status)).toMatchObject({ is_ok: true, key_id: parseInvitation(text)?.id });
  const again = await runClient(LOGIN, { home: home(), stdin: text });
  expect([again.code, errorCodeOf(again)]).toEqual([3, 'INVITATION_INVALID']);
});

test('an enrolment whose answer was lost is taken up again with the key that is pending', async () => {
  const text = await invited();
  const invitation = parseInvitation(text);
  if (invitation === null) throw new Error('the gateway made no invitation of ours');
  const { key } = newApiKey(invitation.id);
  await writeFile(join(home(), 'key.pending'), formatApiKey(key).unwrap(), { mode: 0o600 });
  await enrol(invitation, key, { caFile: caFile() }, Math.floor(Date.now() / 1000));
  const done = await runClient(LOGIN, { home: home(), stdin: text });
  expect(done).toMatchObject({ code: 0 });
  expect(await readFile(join(home(), 'key'), 'utf8')).toBe(`${formatApiKey(key).unwrap()}\n`);
  expect(await readdir(home())).not.toContain('key.pending');
});

test('a pending key that the gateway does not know brings nobody in', async () => {
  const text = await invited();
  const invitation = parseInvitation(text);
  if (invitation === null) throw new Error('the gateway made no invitation of ours');
  const registered = newApiKey(invitation.id).key;
  await enrol(invitation, registered, { caFile: caFile() }, Math.floor(Date.now() / 1000));
  const other = formatApiKey(newApiKey(invitation.id).key).unwrap();
  await writeFile(join(home(), 'key.pending'), other, { mode: 0o600 });
  const done = await runClient(LOGIN, { home: home(), stdin: text });
  expect([done.code, errorCodeOf(done)]).toEqual([3, 'INVITATION_INVALID']);
  expect(await readdir(home())).not.toContain('key');
});
