import { RlmError } from '../../shared/errors/rlm-error.ts';

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const MAX_MS = 10 * 365 * 86_400_000;

/** `90d`, `24h`, `15m`: milliseconds, or `null` for `never`. @throws `USAGE` */
export function parseDuration(text: string, flag: string): number | null {
  if (text === 'never') return null;
  const match = /^([1-9][0-9]{0,8})([smhdw])$/.exec(text);
  const ms = Number(match?.[1]) * (UNITS_MS[match?.[2] ?? ''] ?? Number.NaN);
  if (Number.isNaN(ms) || ms > MAX_MS) {
    throw new RlmError(
      'USAGE',
      `${flag} wants a time such as 90d, 24h, 15m or never, not ${text.slice(0, 40)}.`,
    );
  }
  return ms;
}
