/**
 * Writes what is expected of each program, as CPython and Node have it: `node test/gateway/exec/programs/record.ts`.
 * To be run, and its changes read, whenever a program is added or changed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LANGUAGES } from '../../../../gateway/exec/executor.ts';
import { folderOf, formatExpectation, programFiles } from './corpus.ts';
import { runReference } from './reference.ts';

for (const language of LANGUAGES) {
  for (const { name, file } of programFiles(language)) {
    const outcome = await runReference(language, readFileSync(file, 'utf8'));
    writeFileSync(join(folderOf(language), `${name}.out`), formatExpectation(outcome));
  }
}
