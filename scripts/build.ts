import { parseArgs } from 'node:util';
import { buildAll } from './build-all.ts';

/** `npm run build [-- --partial]`: makes what lies in `dist/`. */
const { values } = parseArgs({ options: { partial: { type: 'boolean', default: false } } });

try {
  const { built, skipped } = await buildAll({ isPartial: values.partial });
  for (const { file, bytes, isChanged } of built) {
    process.stdout.write(`dist/${file}  ${Math.ceil(bytes / 1024)} KiB${isChanged ? '' : '  (unchanged)'}\n`);
  }
  for (const entry of skipped) process.stdout.write(`skipped: ${entry} does not exist\n`);
} catch (error) {
  process.stderr.write(`build: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
