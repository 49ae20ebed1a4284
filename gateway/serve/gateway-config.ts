import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import {
  MAX_CONFIGURED_EXEC_TIMEOUT_MS,
  MAX_EXEC_TIMEOUT_MS,
  MAX_SESSION_OUTPUT_BYTES,
} from '../../shared/limits.ts';
import { ISOLATION_LEVELS } from '../exec/jail/jail.ts';
import { DEFAULT_SESSION_CAPS, DEFAULT_SESSION_CONFIG } from '../sessions/session.ts';

const budget = z.strictObject({
  max_depth: z.int().min(1).max(100),
  max_iterations: z.int().min(1).max(10_000),
  max_tool_calls: z.int().min(1).max(1_000_000),
  timeout_ms: z
    .int()
    .min(1)
    .max(7 * 24 * 3_600_000),
  max_output_bytes: z.int().min(1).max(MAX_SESSION_OUTPUT_BYTES),
});

/** What `config.json` may hold; every field has a default, and one that is not known is refused. */
const schema = z.strictObject({
  /** `https://host[:port]` by which bridges reach this gateway; invitations name it. */
  public_url: z.url({ protocol: /^https$/ }).optional(),
  /** `host[:port]` values a request may be addressed to, besides the certificate's own names. */
  public_authorities: z.array(z.string().min(1).max(300)).max(100).default([]),
  tool_names: z.enum(['underscored', 'dotted']).default('underscored'),
  session: z
    .strictObject({
      defaults: budget.partial().default({}),
      caps: budget.partial().default({}),
    })
    .default({ defaults: {}, caps: {} }),
  /** Whether agents may run code here, behind at least which walls, for how long, and how many programs at once. */
  exec: z
    .strictObject({
      enabled: z.boolean().default(true),
      // The one level at which the process holds by itself: below it, a broken interpreter reaches files.
      minimum_isolation: z.enum(ISOLATION_LEVELS).default('bubblewrap'),
      max_timeout_ms: z.int().min(1).max(MAX_CONFIGURED_EXEC_TIMEOUT_MS).default(MAX_EXEC_TIMEOUT_MS),
      max_concurrent: z.int().min(1).max(64).optional(),
    })
    .prefault({}),
  restricted_names: z
    .strictObject({
      add: z.array(z.string().min(1).max(255)).max(1000).default([]),
      remove: z.array(z.string().min(1).max(255)).max(1000).default([]),
    })
    .default({ add: [], remove: [] }),
});

export type GatewayConfig = z.output<typeof schema>;

/** @param file missing only where `isRequired` is false, and then every default holds
 *  @throws `SETTINGS_INVALID` naming the field */
export async function readGatewayConfig(file: string, isRequired: boolean): Promise<GatewayConfig> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' && !isRequired) return '{}';
    throw new RlmError('SETTINGS_INVALID', `The configuration ${file} cannot be read (${cause.code}).`, {
      cause,
    });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new RlmError('SETTINGS_INVALID', `The configuration ${file} is not JSON.`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || 'the whole';
  throw new RlmError(
    'SETTINGS_INVALID',
    `The configuration ${file} is wrong at ${field}: ${issue?.message}.`,
  );
}

/** The budgets a session gets: defaults never above caps. */
export function sessionBudgets(config: GatewayConfig) {
  const defined = (part: object) =>
    Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined));
  return {
    defaults: { ...DEFAULT_SESSION_CONFIG, ...defined(config.session.defaults) },
    caps: { ...DEFAULT_SESSION_CAPS, ...defined(config.session.caps) },
  };
}
