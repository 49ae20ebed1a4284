/**
 * The Python half of the guest: one namespace that no program's module shares, kept in the memory snapshot together
 * with the modules that programs ask for most.
 */
import { MAX_EXEC_OUTPUT_BYTES } from '../../../../../shared/limits.ts';
import {
  MAX_ERROR_CHARS,
  MAX_HOST_CALL_BYTES,
  MAX_RESULT_BYTES,
  MAX_RESULT_DEPTH,
} from '../../../exec-limits.ts';
import { HOST_ERROR_CLASSES } from '../../host-errors.ts';
import { ALLOWED_IMPORTS, REFUSED_MODULES, REFUSED_NAMES } from '../../refused-names.ts';
import { CLOSED_MODULES } from '../closed-modules.ts';
import { EVENT_LOOP_SOURCE } from './event-loop.ts';
import { HOST_FUNCTIONS_SOURCE } from './host-functions.ts';
import { OUTPUT_SOURCE } from './output.ts';
import { POLICY_SOURCE } from './policy.ts';
import { PROGRAM_SOURCE } from './program.ts';
import { RESULT_SOURCE } from './result.ts';

/** Numbers and tables that both halves know, as JSON, of which these are Python literals too. */
const CONSTANTS: Readonly<Record<string, unknown>> = {
  // One more than fits, so that the gateway sees that there was more.
  MAX_OUTPUT_CHARS: MAX_EXEC_OUTPUT_BYTES + 1,
  MAX_ERROR_CHARS,
  MAX_HOST_CALL_BYTES,
  MAX_RESULT_BYTES,
  MAX_RESULT_DEPTH,
  HOST_ERROR_CLASSES: Object.fromEntries(HOST_ERROR_CLASSES),
  REFUSED_NAMES: Object.fromEntries(REFUSED_NAMES),
  REFUSED_MODULES: Object.fromEntries(REFUSED_MODULES),
  ALLOWED_IMPORTS: [...ALLOWED_IMPORTS],
  CLOSED_MODULES,
};

const constants = Object.entries(CONSTANTS).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);

export const PYTHON_SIDE = [
  ...constants,
  OUTPUT_SOURCE,
  HOST_FUNCTIONS_SOURCE,
  RESULT_SOURCE,
  POLICY_SOURCE,
  EVENT_LOOP_SOURCE,
  PROGRAM_SOURCE,
].join('\n');
