import type { z } from 'zod';
import { RlmError } from '../../shared/errors/rlm-error.ts';

/**
 * Checks a call's arguments against its tool's schema, once; inwards they are typed.
 * @throws `MISSING_ARGUMENT`, `LIMIT_EXCEEDED` or `INVALID_ARGUMENT`, naming the argument and what was expected,
 *   never repeating a value that could be content
 */
export function parseArguments<S extends z.ZodObject>(schema: S, unverified: unknown): z.output<S> {
  const parsed = schema.safeParse(unverified ?? {}, { reportInput: false });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue === undefined) throw new RlmError('INVALID_ARGUMENT', 'The arguments are not valid.');
  throw toRlmError(issue, unverified);
}

function toRlmError(issue: z.core.$ZodIssue, unverified: unknown): RlmError {
  const name = issue.path.length === 0 ? 'arguments' : issue.path.map(String).join('.').slice(0, 100);
  const value = valueAt(unverified, issue.path);
  switch (issue.code) {
    case 'invalid_type':
      return value === undefined
        ? new RlmError('MISSING_ARGUMENT', `The argument ${name} is missing: expected ${issue.expected}.`)
        : new RlmError(
            'INVALID_ARGUMENT',
            `The argument ${name} must be ${issue.expected}, not ${kindOf(value)}.`,
          );
    case 'too_big':
      return new RlmError(
        'LIMIT_EXCEEDED',
        `The argument ${name} is over its limit: ${sizeOf(value)}, at most ${issue.maximum}${unitOf(issue.origin)}.`,
      );
    case 'too_small':
      return new RlmError(
        'INVALID_ARGUMENT',
        `The argument ${name} is too small: ${sizeOf(value)}, at least ${issue.minimum}${unitOf(issue.origin)}.`,
      );
    case 'unrecognized_keys': {
      const extra = issue.keys.map((key) => key.slice(0, 50)).slice(0, 5);
      const place = issue.path.length === 0 ? '' : ` in ${name}`;
      return new RlmError(
        'INVALID_ARGUMENT',
        `There is no argument ${extra.join(', ')}${place}. Leave it out.`,
      );
    }
    case 'invalid_value':
      return new RlmError(
        'INVALID_ARGUMENT',
        `The argument ${name} must be one of: ${issue.values.join(', ')}.`,
      );
    default:
      return new RlmError('INVALID_ARGUMENT', `The argument ${name} is not valid: ${issue.message}.`);
  }
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

const kindOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'an array'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`;

function sizeOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return `${value.length} characters`;
  return Array.isArray(value) ? `${value.length} items` : kindOf(value);
}

const unitOf = (origin: string): string =>
  origin === 'string' ? ' characters' : origin === 'array' ? ' items' : '';
