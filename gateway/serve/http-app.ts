import type { HttpBindings } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { isRlmError } from '../../shared/errors/rlm-error.ts';
import { BRIDGE_PATH, ENROL_PATH, HEADER } from '../../shared/wire-names.ts';
import type { GatewayIdentity } from '../access/identity.ts';
import { enrol } from '../access/invitations.ts';
import type { KeyRegistry } from '../access/key-registry.ts';
import type { Store } from '../store/store.ts';
import { signedAnswerHeaders, tiesOf } from '../streams/answer-signer.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Readiness } from './readiness.ts';

const MAX_ENROLMENT_BYTES = 4_096;
const base64url = (bytes: number) =>
  z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${Math.ceil((bytes * 4) / 3)}}$`));

const enrolmentRequest = z.strictObject({
  invitation_id: z.string().regex(/^[0-9A-Za-z]{12}$/),
  public_key: base64url(32),
  created: z.int().min(0),
  proof: base64url(64),
  possession: base64url(64),
});

/** What is plain HTTP on the gateway's listener: liveness, readiness, enrolment. All else is 404, without a word. */
export function httpApp(parts: {
  readonly store: Store;
  readonly identity: GatewayIdentity;
  readonly keys: KeyRegistry;
  readonly logger: Logger;
  readonly readiness: Readiness;
  readonly authorities: () => ReadonlySet<string>;
}): Hono {
  const app = new Hono();
  // Every answer on this path is signed, so that nobody between can make a bridge believe it is no gateway.
  app.all(BRIDGE_PATH, ({ env }) => {
    // What @hono/node-server gives each request.
    const { incoming } = env as HttpBindings;
    const headers = { [HEADER.refusal]: 'wrong_protocol' };
    const signed = signedAnswerHeaders({ status: 426, headers }, tiesOf(incoming), parts.identity);
    return Response.json(
      { error: 'wrong_protocol' },
      { status: 426, headers: { upgrade: 'websocket', 'cache-control': 'no-store', ...signed } },
    );
  });
  app.use(async (context, next) => {
    // A foreign Host is DNS rebinding or a misrouted proxy; neither has business here.
    const host = (context.req.header('host') ?? '').toLowerCase();
    const isProbe = context.req.path === '/health' || context.req.path === '/ready';
    if (!isProbe && !parts.authorities().has(host)) return context.json({ error: 'misdirected' }, 421);
    await next();
    context.header('cache-control', 'no-store');
    context.header('x-content-type-options', 'nosniff');
    return undefined;
  });
  app.get('/health', (context) => context.json({ status: 'ok' }));
  app.get('/ready', async (context) => {
    const state = await parts.readiness.check();
    return context.json(state, state.status === 'ready' ? 200 : 503);
  });
  const limit = bodyLimit({
    maxSize: MAX_ENROLMENT_BYTES,
    onError: (context) => context.json({ error: 'too_large' }, 413),
  });
  app.post(ENROL_PATH, limit, async (context) => {
    if (context.req.header('origin') !== undefined) return context.json({ error: 'not_allowed' }, 403);
    const parsed = enrolmentRequest.safeParse(await context.req.json().catch(() => null));
    if (!parsed.success) return context.json({ error: 'bad_request' }, 400);
    try {
      const answer = await enrol(parts.store, parts.identity, parsed.data);
      await parts.keys.refresh();
      parts.logger.event('enrolled', { key_id: answer.key_id });
      return context.json(answer);
    } catch (error) {
      if (!isRlmError(error)) return context.json({ error: 'unavailable' }, 503);
      const address = getConnInfo(context).remote.address ?? '';
      parts.logger.event('auth_failure', { reason: 'invitation_invalid', key_id: null, address });
      return context.json({ error: 'invitation_invalid', message: error.message }, 401);
    }
  });
  app.notFound((context) => context.json({ error: 'not_found' }, 404));
  app.onError((_, context) => context.json({ error: 'unavailable' }, 503));
  return app;
}
