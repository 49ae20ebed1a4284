import { FORMAT_AND_LINT, runSteps, TYPES, vitest } from './steps.ts';

/** `npm run check`: format, lint, types and import rules, in seconds. */
await runSteps([FORMAT_AND_LINT, TYPES, vitest('import rules', ['test/architecture.test.ts'])]);
