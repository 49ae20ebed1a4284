import { z } from 'zod';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { mayUseRepo } from '../access/principal.ts';
import type { SessionConfig } from '../sessions/session.ts';
import { type CallContext, standaloneTool, type ToolServices } from './tool.ts';

const wish = (what: string) => z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional().describe(what);

const input = z.strictObject({
  config: z
    .strictObject({
      max_depth: wish('Depth of recursion.'),
      max_iterations: wish('Rounds of rlm_complete.'),
      max_tool_calls: wish('Tool calls.'),
      timeout_ms: wish('Milliseconds from now.'),
      max_output_bytes: wish('Bytes of all answers together.'),
    })
    .optional()
    .describe('Budgets to ask for; the gateway lowers what is over its caps.'),
  repo: z.string().min(1).max(64).optional().describe('Repository, where the gateway serves several.'),
});

/** Opens a session on one repository. */
export const sessionCreate = standaloneTool({
  name: 'rlm.session.create',
  title: 'Create a session',
  description:
    'Start here: opens a session on the repository and gives the session_id every other tool needs. ' +
    'Next: rlm_roots_set with ["."]. Budgets in config are optional. Example: {}',
  input,
  output: {
    session_id: z.string(),
    config: z.record(z.string(), z.number()),
    created_at: z.number().describe('Unix seconds.'),
    expires_at: z.number().describe('Unix seconds; budgets may end the session earlier.'),
    repo: z.string(),
    commit: z.string().nullable(),
  },
  isReadOnly: false,
  sessionIdOf: () => null,
  run: async (args, call, services) => {
    const repo = chooseRepo(args.repo, call, services);
    const config = grantedConfig(args.config ?? {}, services);
    const { session, write } = services.sessions.create(call.principal.keyId, repo, config);
    return {
      writes: [write],
      session,
      sessionEvent: 'session_create',
      result: {
        session_id: session.id,
        config: session.config,
        created_at: session.createdAt / 1000,
        expires_at: session.expiresAt / 1000,
        repo,
        commit: (await services.repositories.get(repo)?.commit()) ?? null,
      },
    };
  },
});

function chooseRepo(asked: string | undefined, call: CallContext, services: ToolServices): string {
  const allowed = [...services.repositories.keys()].filter((name) => mayUseRepo(call.principal, name));
  if (allowed.length === 0) throw new RlmError('SCOPE_DENIED', 'This key may not use any repository here.');
  const wanted = asked ?? call.preferredRepo ?? (allowed.length === 1 ? allowed[0] : undefined);
  if (wanted === undefined) {
    throw new RlmError(
      'MISSING_ARGUMENT',
      `The argument repo is missing: expected one of ${allowed.join(', ')}.`,
    );
  }
  // One answer for what does not exist and for what this key may not see.
  if (!allowed.includes(wanted)) throw new RlmError('SCOPE_DENIED', 'This key may not use that repository.');
  return wanted;
}

/** What was asked for, never more than the administrator's caps. */
function grantedConfig(
  asked: { readonly [K in keyof SessionConfig]?: number | undefined },
  { sessionDefaults, sessionCaps }: ToolServices,
): SessionConfig {
  const grant = (name: keyof SessionConfig) =>
    Math.min(asked[name] ?? sessionDefaults[name], sessionCaps[name]);
  return {
    max_depth: grant('max_depth'),
    max_iterations: grant('max_iterations'),
    max_tool_calls: grant('max_tool_calls'),
    timeout_ms: grant('timeout_ms'),
    max_output_bytes: grant('max_output_bytes'),
  };
}
