import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './bundle.ts';
import { benchmark, runSteps } from './steps.ts';

/** `npm run bench [-- NAME ...]`: the named benchmarks, or all; each is a file of `bench/`. */
const files = await readdir(join(ROOT, 'bench'));
const all = files.filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -'.ts'.length));
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));

if (unknown.length > 0) {
  process.stderr.write(`no benchmark ${unknown.join(', ')}; there are: ${all.join(', ')}\n`);
  process.exitCode = 2;
} else {
  await runSteps((asked.length > 0 ? asked : all).map(benchmark));
}
