import type { CalledTool, E2eClient } from './e2e-clients.ts';
import type { Chance } from './fault-seed.ts';

/** One call a client made, and what it came to. */
export interface MadeCall {
  readonly tool: string;
  /** `null` for what belongs to no session yet. */
  readonly session: string | null;
  readonly args: Readonly<Record<string, unknown>>;
  /** `ok`, or the code it was answered with. */
  readonly outcome: string;
  readonly body: CalledTool['body'];
}

/** Calls one client has under way at a time: several a connection, so that a cut meets some in every state. */
const AT_ONCE = 4;

const LINES_OF_FILE = 2_000;
export const CALLER_FILES = 80;

/** A repository in which every caller finds other files, lines and words. */
export function callerRepository(): Record<string, string> {
  const files: Record<string, string> = {
    'long.txt': Array.from({ length: LINES_OF_FILE }, (_, n) => `line ${n + 1}, word${n + 1}\n`).join(''),
  };
  for (let n = 0; n < CALLER_FILES; n += 1) files[`src/file${n}.txt`] = `file ${n}\n`;
  return files;
}

/**
 * Makes a session, then so many calls in it and beside it, no two of them with the same arguments. `made` hears of
 * each one as it is answered, in whatever way.
 */
export async function makeCalls(
  client: E2eClient,
  count: number,
  chance: Chance,
  made: (call: MadeCall) => void,
): Promise<void> {
  const call = async (tool: string, session: string | null, args: MadeCall['args']): Promise<MadeCall> => {
    const wire = session === null ? args : { session_id: session, ...args };
    const answered = await client.call(tool, wire).then(
      ({ isError, body }) => ({ outcome: isError ? String(body['error_code']) : 'ok', body }),
      (error: unknown) => ({ outcome: codeOf(error), body: {} }),
    );
    const one = { tool, session, args, ...answered };
    made(one);
    return one;
  };
  const { body } = await call('rlm_session_create', null, { config: { max_tool_calls: 1_000 } });
  const session = String(body['session_id']);
  await call('rlm_roots_set', session, { roots: ['.'] });
  const opened = await call('rlm_fs_handle_create', session, { file_path: 'long.txt' });
  const file_handle = opened.body['file_handle'];

  // Decided before the first is made: the same for a seed, whatever is answered first.
  const plan = Array.from({ length: count }, (_, n) => {
    const end_line = n + chance.between(1, 99);
    switch (chance.between(0, 3)) {
      case 0:
        return () => call('rlm_session_create', null, { config: { max_iterations: n + 1 } });
      case 1:
        return () => call('rlm_fs_handle_create', session, { file_path: `src/file${n}.txt` });
      case 2:
        return () => call('rlm_search_regex', session, { pattern: `\\bword${n + 1}$`, scope: '.' });
      default:
        return () =>
          call('rlm_span_read', session, {
            file_handle,
            start_line: n + 1,
            end_line,
          });
    }
  });
  const work = async (): Promise<void> => {
    for (let next = plan.shift(); next !== undefined; next = plan.shift()) await next();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

function codeOf(error: unknown): string {
  const data = (error as { data?: { code?: unknown } }).data;
  return typeof data?.code === 'string' ? data.code : `no code: ${error}`;
}
