import { z } from 'zod';
import { sessionId } from './arguments.ts';
import { standaloneTool } from './tool.ts';

/** Closes a session; its records stay. */
export const sessionClose = standaloneTool({
  name: 'rlm.session.close',
  title: 'Close a session',
  description:
    'Closes a session when the work is done. Closing it twice is fine. Example: {"session_id":"s_…"}',
  input: z.strictObject({ session_id: sessionId }),
  output: {},
  isReadOnly: false,
  sessionIdOf: (args) => args.session_id,
  run: async (args, call, services) => {
    const { session, write } = await services.sessions.close(args.session_id, call.principal.keyId);
    return { result: {}, writes: [write], session, sessionEvent: 'session_close' };
  },
});
