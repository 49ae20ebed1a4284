import { describe, expect, it } from 'vitest';
import { HELP, parseFlags } from '../../bridge/flags.ts';

const refusal = (...args: string[]): string => {
  try {
    parseFlags(args);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('the command line', () => {
  it('takes each flag, with a space or an equals sign', () => {
    expect(
      parseFlags(['--gateway', 'https://a', '--gateway-key=SHA256:x', '--log-level', 'debug']),
    ).toMatchObject({
      kind: 'serve',
      logLevel: 'debug',
      settings: { gateway: 'https://a', gatewayKey: 'SHA256:x' },
    });
  });

  it('answers help and version, whatever else is there', () => {
    expect(parseFlags(['-h']).kind).toBe('help');
    expect(parseFlags(['--version']).kind).toBe('version');
  });

  it('suggests the right flag for a wrong one', () => {
    expect(refusal('--gatway', 'x')).toContain('Did you mean --gateway?');
    expect(refusal('--keysource=env')).toContain('Did you mean --key-source?');
    expect(refusal('--frobnicate')).toBe('Unknown option --frobnicate.');
  });

  it('repeats no value: it may be a key', () => {
    const key = 'rlmk_abcdefghijkl_secret';
    for (const args of [[key], ['--key', key], [`--${key}`], [`--log-level=${key}`], [`-${key}`]]) {
      expect(refusal(...args)).not.toBe('');
      expect(refusal(...args)).not.toContain('secret');
    }
  });

  it('needs a value where one belongs', () => {
    expect(refusal('--gateway')).toContain('--gateway needs a value');
    expect(refusal('--gateway', '--ca', 'x')).toContain('needs a value');
    expect(refusal('--help=yes')).toContain('takes no value');
  });

  it('names every flag in its help', () => {
    for (const name of ['gateway', 'gateway-key', 'workspace', 'ca', 'proxy', 'key-source', 'log-level']) {
      expect(HELP).toContain(`--${name} `);
    }
  });
});
