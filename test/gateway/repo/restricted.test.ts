import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RESTRICTED, RestrictedNames } from '../../../gateway/repo/restricted.ts';
import { codeOf } from './temp-repository.ts';

const names = new RestrictedNames(DEFAULT_RESTRICTED);

describe('RestrictedNames', () => {
  it.each([
    '.git',
    '.git/config',
    'a/.GIT/config',
    'node_modules/x/index.js',
    '.env',
    '.Env',
    '.env.local',
    'deploy/.ENV.production',
    'id_rsa',
    'id_rsa.pub',
    'ID_ED25519_work',
    'certs/server.PEM',
    'x.Key',
    'Secrets/a.txt',
    'credentials',
    '.aws/credentials',
    '.npmrc',
    '.\u017f\u017fh/id',
    '.g\u200dit/config',
    '\uff0eenv',
    '.en\uff36',
    'key.p\u200c12',
    'server.\u212aey',
  ])('closes %j', (path) => {
    expect(names.isRestricted(path)).toBe(true);
  });

  it.each([
    '.',
    '..',
    'environment.ts',
    'src/env/index.ts',
    'env',
    '.environment',
    '.envrc',
    'gitignore',
    '.gitignore',
    '.github/workflows/ci.yml',
    'secret.ts',
    'secrets.ts',
    'my-secrets',
    'keyboard.ts',
    'pem/readme.md',
    'xid_rsa',
    'venvs',
    'node_modules.md',
  ])('leaves %j open', (path) => {
    expect(names.isRestricted(path)).toBe(false);
  });

  it('closes a name in every letter case, wherever it stands', () => {
    const anyCase = fc
      .tuple(
        fc.constantFrom('.git', '.env', '.env.x', 'id_rsa', 'a.pem', 'node_modules'),
        fc.infiniteStream(fc.boolean()),
      )
      .map(([name, upper]) =>
        Array.from(name, (c) => (upper.next().value === true ? c.toUpperCase() : c.toLowerCase())).join(''),
      );
    const other = fc.constantFrom('src', 'a', 'lib');
    fc.assert(
      fc.property(fc.array(other), anyCase, fc.array(other), (before, name, after) => {
        expect(names.isRestricted([...before, name, ...after].join('/'))).toBe(true);
      }),
    );
  });

  it.each(['', 'a/b', 'x'.repeat(600)])('refuses the setting %j', async (pattern) => {
    expect(await codeOf(() => new RestrictedNames([pattern]))).toBe('SETTINGS_INVALID');
  });

  it('can be emptied', () => {
    expect(new RestrictedNames([]).isRestricted('.env')).toBe(false);
  });
});
