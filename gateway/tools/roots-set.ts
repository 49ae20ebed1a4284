import { z } from 'zod';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { MAX_ROOTS } from '../../shared/limits.ts';
import { isWithin, normaliseRepoPath } from '../repo/repo-path.ts';
import { repoPath, sessionId } from './arguments.ts';
import { sessionTool } from './tool.ts';

/** Chooses the folders a session may look into. */
export const rootsSet = sessionTool({
  name: 'rlm.roots.set',
  title: 'Set the roots',
  description:
    'Chooses the folders of the repository this session may look into, replacing earlier ones; ["."] is all of ' +
    'it. Do this once after rlm_session_create. Example: {"session_id":"s_…","roots":["src","docs"]}',
  input: z.strictObject({
    session_id: sessionId,
    roots: z
      .array(repoPath('A folder, relative to the repository.'))
      .min(1)
      .max(MAX_ROOTS)
      .describe('Folders, relative to the repository’s root; "." is the root.'),
  }),
  output: { roots: z.array(z.string()) },
  isReadOnly: false,
  needsRoots: false,
  run: async (args, call, services) => {
    const found: string[] = [];
    for (const root of args.roots) {
      const path = normaliseRepoPath(root, 'roots');
      await using opened = await call.repository.guard.open(path, ['.'], 'directory');
      found.push(opened.path);
    }
    // A root inside another adds nothing.
    const roots = [...new Set(found)]
      .sort()
      .filter((root, _, all) => !all.some((other) => other !== root && isWithin(root, other)));
    if (roots.length === 0) throw new RlmError('INVALID_ARGUMENT', 'The argument roots names no folder.');
    return { result: { roots }, writes: [services.sessions.setRoots(call.session.id, roots)] };
  },
});
