/** The guest's executable: `rlm-exec-javascript INTERPRETER PRELUDE` runs one program. */
import { runGuest } from './guest.ts';

const [interpreter, prelude] = process.argv.slice(2);
if (interpreter === undefined || prelude === undefined)
  throw new TypeError('expected an interpreter and a prelude');
await runGuest({ interpreter, prelude });
