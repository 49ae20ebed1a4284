/** The guest's executable: `rlm-exec-python make FOLDER` makes a snapshot, `rlm-exec-python run FOLDER` runs one program. */
import { makeSnapshot, serveOneProgram } from './guest.ts';

const [task, folder] = process.argv.slice(2);
if (folder === undefined) throw new TypeError('the folder of pyodide is missing');
if (task === 'make') await makeSnapshot(folder);
else if (task === 'run') await serveOneProgram(folder);
else throw new TypeError('neither of the two tasks of this guest');
