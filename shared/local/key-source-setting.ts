import { isAbsolute, resolve } from 'node:path';
import { RlmError } from '../errors/rlm-error.ts';

/**
 * Where the API key is taken from, as a setting.
 *
 * | text | the key is |
 * |---|---|
 * | `keychain` | in the operating system's keychain, under the gateway's origin (the default) |
 * | `env` | in `RLM_GATEWAY_API_KEY` |
 * | `file:PATH` | the content of a file that only this user can read |
 * | `command:CMD` | what `CMD` prints, run by `/bin/sh -c` (Windows: `cmd /d /s /c`) |
 *
 * There is no second-best: a source that fails is an error, never a reason to try another.
 */
export type KeySource =
  | { readonly kind: 'keychain' }
  | { readonly kind: 'env' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'command'; readonly command: string };

/**
 * @param where what the text came from, for the message
 * @param baseDir what a relative `file:` is relative to; `null` where only an absolute one is accepted
 * @throws `SETTINGS_INVALID`; the text is not repeated, for it may be a key pasted into the wrong place
 */
export function parseKeySource(text: string, where: string, baseDir: string | null): KeySource {
  if (text === 'keychain' || text === 'env') return { kind: text };
  if (text.startsWith('file:')) {
    const path = text.slice('file:'.length);
    if (path !== '' && !path.includes('\0') && (baseDir !== null || isAbsolute(path))) {
      return { kind: 'file', path: baseDir === null ? path : resolve(baseDir, path) };
    }
    throw new RlmError('SETTINGS_INVALID', `The key source in ${where} names no absolute file after file:.`);
  }
  if (text.startsWith('command:') && text.slice('command:'.length).trim() !== '') {
    return { kind: 'command', command: text.slice('command:'.length) };
  }
  throw new RlmError(
    'SETTINGS_INVALID',
    `The key source in ${where} is not one of keychain, env, file:PATH, command:CMD.`,
  );
}

export function formatKeySource(source: KeySource): string {
  switch (source.kind) {
    case 'keychain':
    case 'env':
      return source.kind;
    case 'file':
      return `file:${source.path}`;
    case 'command':
      return `command:${source.command}`;
  }
}
