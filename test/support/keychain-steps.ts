import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isRlmError } from '../../shared/errors/rlm-error.ts';
import { Secret } from '../../shared/keys/secret.ts';
import { endProcess } from '../../shared/local/end-process.ts';
import { openKeychain } from '../../shared/local/keychain.ts';

/**
 * A process that carries out steps on the keychain of its environment and prints what each came to, as a JSON list:
 * `['get', account]`, `['set', account, text]`, `['delete', account]`; `['read']` reads a file, which needs a free
 * thread as the keychain does.
 */
const keychain = openKeychain({
  env: process.env,
  platform: process.platform,
  homeDir: homedir(),
  cwd: process.cwd(),
  uid: process.getuid?.(),
});

async function step([verb, account = '', text = '']: readonly string[]): Promise<unknown> {
  try {
    if (verb === 'get') return (await keychain.get(account))?.unwrap() ?? null;
    if (verb === 'read') return (await readFile(process.argv[1] ?? '')).length > 0;
    if (verb === 'delete') return await keychain.delete(account);
    await keychain.set(account, new Secret(text));
    return 'done';
  } catch (error) {
    return isRlmError(error) ? error.code : String(error);
  }
}

const outcomes: unknown[] = [];
for (const each of JSON.parse(process.argv[2] ?? '[]') as string[][]) outcomes.push(await step(each));
process.stdout.write(JSON.stringify(outcomes), () => endProcess(0));
