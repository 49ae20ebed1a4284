import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';

const home = useTemporaryFolder();
const MAIN = fileURLToPath(new URL('../../../client/main.ts', import.meta.url));

/** util-linux's `script` gives its command a real terminal; what it prints is what a person would see. */
const hasTerminal = process.platform === 'linux' && existsSync('/usr/bin/script');

describe.runIf(hasTerminal)('on a real terminal', () => {
  let child: ChildProcess | undefined;
  afterEach(() => {
    child?.kill('SIGKILL');
  });

  interface Seen {
    readonly code: number | null;
    readonly screen: string;
  }

  /** Types `keys` when `prompt` has appeared. */
  async function type(args: readonly string[], prompt: string, keys: string): Promise<Seen> {
    const command = [process.execPath, MAIN, ...args].map((arg) => `'${arg}'`).join(' ');
    const started = spawn('/usr/bin/script', ['-qec', command, '/dev/null'], {
      cwd: home(),
      env: { HOME: home(), PATH: '/usr/bin:/bin', TERM: 'xterm', SHELL: '/bin/sh' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child = started;
    let screen = '';
    const prompted = new Promise<void>((resolve) => {
      started.stdout.setEncoding('utf8').on('data', (text: string) => {
        screen += text;
        if (screen.includes(prompt)) resolve();
      });
    });
    const closed = once(started, 'close');
    await Promise.race([prompted, closed]);
    started.stdin.on('error', () => undefined).write(keys);
    const [code] = (await closed) as [number | null];
    return { code, screen };
  }

  test('what is typed at the hidden prompt is never shown', async () => {
    const { code, screen } = await type(['login'], 'input is hidden', 'rlmk_hunter2\r');
    expect(code).toBe(3);
    expect(screen).toContain('The API key is mistyped or cut short.');
    expect(screen).not.toContain('hunter2');
  });

  test('Ctrl-C at the prompt: exit 130, without a word', async () => {
    const { code, screen } = await type(['login'], 'input is hidden', 'abc\u0003');
    expect(code).toBe(130);
    expect(screen).not.toContain('Error');
  });

  const init = ['init', 'shop', '--gateway', 'https://gw.example', '--ide', 'cursor'];
  const pin = ['--gateway-key', `SHA256:${'B'.repeat(43)}`];

  test('init shows the pin and what it would write, and a no leaves everything as it is', async () => {
    const { code, screen } = await type([...init, ...pin], '[y/N]', 'n\r');
    expect(code).toBe(130);
    expect(screen).toContain(`pinned to SHA256:${'B'.repeat(43)}`);
    expect(screen).toContain('+ AGENTS.md');
    expect(screen).toContain('Nothing was written.');
    expect(await readdir(home())).toEqual([]);
  });

  test('a yes writes it, and Ctrl-C does not', async () => {
    expect((await type([...init, ...pin], '[y/N]', '\u0003')).code).toBe(130);
    expect(await readdir(home())).toEqual([]);
    expect((await type([...init, ...pin], '[y/N]', 'y\r')).code).toBe(0);
    expect((await readdir(home())).sort()).toEqual(['.config', '.cursor', 'shop']);
  });

  test('--no-input asks nothing', async () => {
    const { code, screen } = await type([...init, ...pin, '--no-input'], 'never appears', '');
    expect([code, screen.includes('[y/N]')]).toEqual([0, false]);
  });
});
