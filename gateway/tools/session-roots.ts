import { RlmError } from '../../shared/errors/rlm-error.ts';
import type { SessionCall } from './tool.ts';

/** The roots of a session that the pipeline has let pass; proves it to the compiler. */
export function rootsOf(call: SessionCall): readonly string[] {
  if (call.session.roots === null) throw new RlmError('NO_ROOTS', 'The session has no roots yet.');
  return call.session.roots;
}
