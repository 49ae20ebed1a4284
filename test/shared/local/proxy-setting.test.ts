import { describe, expect, it } from 'vitest';
import { isDirect, parseProxy } from '../../../shared/local/proxy-setting.ts';

describe('a proxy’s address', () => {
  it('is taken apart', () => {
    expect(parseProxy('http://proxy.example', 'x')).toEqual({
      isTls: false,
      host: 'proxy.example',
      port: 80,
      authorization: undefined,
    });
    expect(parseProxy('https://[::1]:8443', 'x')).toMatchObject({ isTls: true, host: '::1', port: 8443 });
    expect(parseProxy('http://u:p%40ss@h:3128', 'x').authorization).toBe(
      `Basic ${Buffer.from('u:p@ss').toString('base64')}`,
    );
    expect(parseProxy('http://u:50%@h:1', 'x').authorization).toBe(
      `Basic ${Buffer.from('u:50%').toString('base64')}`,
    );
  });

  it('is refused without its text', () => {
    for (const text of ['socks5://secret:1', 'secret', '', 'http://']) {
      expect(() => parseProxy(text, 'HTTPS_PROXY')).toThrow(/^The proxy in HTTPS_PROXY is not/);
    }
  });
});

describe('NO_PROXY', () => {
  it.each([
    ['gw.example', 443, 'gw.example', true],
    ['a.gw.example', 443, 'gw.example', true],
    ['a.gw.example', 443, '.gw.example', true],
    ['a.gw.example', 443, '*.gw.example', true],
    ['evilgw.example', 443, 'gw.example', false],
    ['gw.example', 443, 'other, GW.example ', true],
    ['gw.example', 443, 'gw.example:8443', false],
    ['gw.example', 8443, 'gw.example:8443', true],
    ['10.0.0.1', 443, '10.0.0.1', true],
    ['110.0.0.1', 443, '0.0.1', false],
    ['fd00::1', 443, '[fd00::1]', true],
    ['gw.example', 443, '*', true],
    ['gw.example', 443, '', false],
    ['gw.example', 443, undefined, false],
    ['localhost', 443, undefined, true],
    ['127.0.0.1', 443, undefined, true],
  ] as const)('%s:%i with %j is direct: %s', (host, port, noProxy, expected) => {
    expect(isDirect(host, port, noProxy)).toBe(expected);
  });
});
