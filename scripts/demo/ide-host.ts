import { mkdir, readdir, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expectThat } from './expect-that.ts';
import { runExecutable, textField } from './run-executable.ts';

/** The developer's machine of the demonstration: a home, a workspace, and the environment a login shell has. */
export class IdeHost {
  readonly home: string;
  readonly workspace: string;
  readonly env: Readonly<Record<string, string>>;

  private constructor(folder: string, busAddress: string) {
    this.home = join(folder, 'home');
    this.workspace = join(this.home, 'work');
    const { username } = userInfo();
    this.env = {
      HOME: this.home,
      LOGNAME: username,
      USER: username,
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      SHELL: '/bin/sh',
      TERM: 'dumb',
      // A desktop's bus is found without it; this one is private, so whoever may use it has to be told.
      DBUS_SESSION_BUS_ADDRESS: busAddress,
    };
  }

  static async make(folder: string, busAddress: string): Promise<IdeHost> {
    const host = new IdeHost(folder, busAddress);
    await mkdir(host.home, { recursive: true, mode: 0o700 });
    return host;
  }

  /** @returns the id of the key that was made here */
  async login(invitation: string, caFile: string, signal: AbortSignal): Promise<string> {
    const done = await this.#run(['login', '--ca', caFile, '--json'], signal, invitation);
    expectThat(done['key_source'] === 'keychain', `the key lies in ${String(done['key_source'])}`);
    return textField(done, 'key_id');
  }

  async init(gatewayUrl: string, signal: AbortSignal): Promise<void> {
    const args = ['init', this.workspace, '--gateway', gatewayUrl, '--ide', 'cursor', '--no-input', '--json'];
    await this.#run(args, signal);
  }

  /** Proves the workspace thin by `rlm-workspace verify`. */
  async verify(signal: AbortSignal): Promise<void> {
    await this.#run(['verify', this.workspace, '--json'], signal);
  }

  /** Every file below the home folder, and the first that holds the text, if any. */
  async searchFiles(
    text: string,
  ): Promise<{ readonly fileCount: number; readonly holder: string | undefined }> {
    const entries = await readdir(this.home, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const texts = await Promise.all(files.map((file) => readFile(file, 'latin1')));
    return { fileCount: files.length, holder: files[texts.findIndex((content) => content.includes(text))] };
  }

  #run(args: readonly string[], signal: AbortSignal, input?: string): Promise<Record<string, unknown>> {
    const run = { args, env: this.env, cwd: this.home, signal };
    return runExecutable('rlm-workspace', input === undefined ? run : { ...run, input: `${input}\n` });
  }
}
