import { FORMAT_AND_LINT, runSteps, TYPES, vitest } from './steps.ts';

/** `npm test`: everything that must hold. `npm test -- ARGUMENTS` hands them to vitest, and runs only that. */
const args = process.argv.slice(2);
const tests = vitest('tests', args);
await runSteps(args.length > 0 ? [tests] : [FORMAT_AND_LINT, TYPES, tests]);
