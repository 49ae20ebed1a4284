import { describe, expect, test } from 'vitest';
import { invite } from '../../../gateway/access/invitations.ts';
import { newApiKey } from '../../../shared/keys/api-key.ts';
import { publicKeyFromRaw, verifyEd25519 } from '../../../shared/keys/ed25519.ts';
import { type Invitation, parseInvitation } from '../../../shared/keys/invitation.ts';
import { type EnrolmentAnswer, enrolledMessage } from '../../../shared/signatures/enrolment.ts';
import { enrolmentOf, pinOf, postEnrolment } from '../../support/gateway-enrolment.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway-in-process.ts';
import { openPeer, tryUpgrade } from '../../support/gateway-peer.ts';

async function invitationOf(gateway: TestGateway, validForMs = 60_000): Promise<Invitation> {
  const { invitation } = await invite(gateway.store, {
    origin: gateway.url,
    gatewayKey: gateway.identity.fingerprint,
    policy: { name: 'ada', isAdmin: false, scopes: ['rlm.session.create'], repos: ['app'] },
    validForMs,
    keyLifetimeMs: 3_600_000,
  });
  const parsed = parseInvitation(invitation.unwrap());
  if (parsed === null) throw new Error('not an invitation');
  return parsed;
}

const keysOf = (gateway: TestGateway): Promise<{ id: string }[]> =>
  gateway.store.db.selectFrom('keys').select('id').where('id', '!=', gateway.key.id).execute();

describe('enrolment', () => {
  test('a proved request registers the key with the invitation’s policy, and the gateway signs for it', async () => {
    const gateway = await startTestGateway();
    const { key, request } = enrolmentOf(await invitationOf(gateway));
    const response = await postEnrolment(gateway, request);
    expect(response.status).toBe(200);
    const answer = JSON.parse(response.text) as EnrolmentAnswer;
    const identity = publicKeyFromRaw(gateway.identityKey);
    const signature = Buffer.from(answer.signature, 'base64url');
    expect(identity && verifyEd25519(identity, enrolledMessage(request.public_key, answer), signature)).toBe(
      true,
    );
    expect(answer).toMatchObject({ key_id: key.id, name: 'ada' });

    // The key works at once, for what it may do and no more.
    const peer = await openPeer(gateway, key);
    expect(await peer.call('rlm_session_create')).toMatchObject({ success: true });
    expect(await peer.call('rlm_fs_list', { session_id: 's', root: '.' })).toMatchObject({
      error_code: 'SCOPE_DENIED',
    });
    const listed = (await peer.request('tools/list')).result?.['tools'];
    expect(listed).toMatchObject([{ name: 'rlm_session_create' }]);
  });

  test('[EN1] an invitation is good for one of many that come at once', async () => {
    const gateway = await startTestGateway();
    const invitation = await invitationOf(gateway);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => postEnrolment(gateway, enrolmentOf(invitation).request)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(401)]);
    expect(await keysOf(gateway)).toEqual([{ id: invitation.id }]);
  });

  test('a request that is sent again is refused', async () => {
    const gateway = await startTestGateway();
    const { request } = enrolmentOf(await invitationOf(gateway));
    expect(await postEnrolment(gateway, request)).toMatchObject({ status: 200 });
    expect(await postEnrolment(gateway, request)).toMatchObject({ status: 401 });
  });

  const SMALL_ORDER = Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'hex');
  const nowS = Math.floor(Date.now() / 1000);
  test.each<[string, number | undefined, Parameters<typeof enrolmentOf>[1]]>([
    ['an expired invitation', -1, {}],
    ['a proof for another gateway', undefined, { gatewayKey: `SHA256:${'A'.repeat(43)}` }],
    ['an old request', undefined, { created: nowS - 3_600 }],
    ['a request from the future', undefined, { created: nowS + 3_600 }],
    ['a key of small order', undefined, { publicKey: SMALL_ORDER }],
    ['somebody else’s public key', undefined, { publicKey: newApiKey('AAAAAAAAAAAA').publicKey }],
  ])('%s is refused with the same words, and the invitation is not spent', async (_, validForMs, changes) => {
    const gateway = await startTestGateway();
    const invitation = await invitationOf(gateway, validForMs);
    const unknown = await postEnrolment(gateway, enrolmentOf({ ...invitation, id: 'AAAAAAAAAAAA' }).request);
    const answer = await postEnrolment(gateway, enrolmentOf(invitation, changes).request);
    expect(answer.status).toBe(401);
    expect(answer.text).toBe(unknown.text);
    expect(await keysOf(gateway)).toEqual([]);
    if (validForMs === undefined) {
      expect(await postEnrolment(gateway, enrolmentOf(invitation).request)).toMatchObject({ status: 200 });
    }
  });

  test('[EN2] who only read the invitation’s id cannot use it, nor swap the key on the way', async () => {
    const gateway = await startTestGateway();
    const invitation = await invitationOf(gateway);
    const { request } = enrolmentOf(invitation);
    const thief = enrolmentOf({ ...invitation, seed: newApiKey(invitation.id).key.seed });
    expect(await postEnrolment(gateway, thief.request)).toMatchObject({ status: 401 });
    const swapped = {
      ...request,
      public_key: thief.request.public_key,
      possession: thief.request.possession,
    };
    expect(await postEnrolment(gateway, swapped)).toMatchObject({ status: 401 });
    expect(await keysOf(gateway)).toEqual([]);
  });

  test('[EN3] a key that is registered already is refused like the rest, and the invitation is not spent', async () => {
    const gateway = await startTestGateway();
    const first = enrolmentOf(await invitationOf(gateway));
    expect(await postEnrolment(gateway, first.request)).toMatchObject({ status: 200 });
    const second = await invitationOf(gateway);
    const again = enrolmentOf(second, { key: { ...first.key, id: second.id } });
    const stranger = enrolmentOf({ ...second, id: 'AAAAAAAAAAAA' });
    const { status, text } = await postEnrolment(gateway, again.request);
    expect({ status, text }).toEqual({
      status: 401,
      text: (await postEnrolment(gateway, stranger.request)).text,
    });
    expect(await postEnrolment(gateway, enrolmentOf(second).request)).toMatchObject({ status: 200 });
  });

  test('nothing at rest is worth anything to who reads the store', async () => {
    const gateway = await startTestGateway();
    const invitation = await invitationOf(gateway);
    const { key, request } = enrolmentOf(invitation);
    await postEnrolment(gateway, request);
    const rows = JSON.stringify([
      await gateway.store.db.selectFrom('keys').selectAll().execute(),
      await gateway.store.db.selectFrom('invitations').selectAll().execute(),
    ]);
    for (const seed of [key.seed, invitation.seed]) {
      expect(rows).not.toContain(JSON.stringify([...seed.unwrap()]).slice(1, -1));
      expect(rows).not.toContain(Buffer.from(seed.unwrap()).toString('hex'));
    }
    expect(pinOf(gateway)).toBe(gateway.identity.fingerprint);
    expect(await tryUpgrade(gateway, { ...key, seed: invitation.seed })).toMatchObject({
      refusal: 'signature_invalid',
    });
  });
});
