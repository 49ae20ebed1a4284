/** What there is to gain: a gateway's process with its secrets, files and sockets, as attacks name them. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Gain } from './attack.ts';

const VARIABLE = 'RLM_ATTACK_SECRET';
/** Where the world's own connections come from, which nothing else does. */
const OWN_ADDRESS = '127.0.0.2';

export class AttackWorld {
  readonly folder: string;
  readonly #secrets: ReadonlyMap<Gain, string>;
  readonly #secretFile: string;
  readonly #servers: readonly Server[];
  readonly #port: number;
  readonly #socketName: string;
  /** Another session's, in the memory of the process that the workers answer to. */
  readonly otherSession: readonly string[];
  #onOwnConnection: () => void = () => {};
  #connections = 0;
  #signals = 0;
  readonly #onSignal = (): void => {
    this.#signals += 1;
  };

  private constructor(folder: string, servers: readonly Server[], port: number, socketName: string) {
    const secrets = {
      file: `FILE-SECRET-${randomBytes(12).toString('hex')}`,
      environment: `ENVIRONMENT-SECRET-${randomBytes(12).toString('hex')}`,
      memory: `MEMORY-SECRET-${randomBytes(12).toString('hex')}`,
    } as const;
    this.folder = folder;
    this.#secrets = new Map(Object.entries(secrets) as [Gain, string][]);
    this.#servers = servers;
    this.#port = port;
    this.#socketName = socketName;
    mkdirSync(join(folder, 'data'));
    this.#secretFile = join(folder, 'data', 'keys.json');
    writeFileSync(this.#secretFile, secrets.file);
    process.env[VARIABLE] = secrets.environment;
    this.otherSession = Array.from({ length: 100 }, (_, span) => `${span}: ${secrets.memory}`);
    process.on('SIGUSR2', this.#onSignal);
    for (const server of servers) {
      server.on('connection', (socket) => {
        socket.on('error', () => {});
        if (socket.remoteAddress === OWN_ADDRESS) this.#onOwnConnection();
        else this.#connections += 1;
        socket.destroy();
      });
    }
  }

  static async build(): Promise<AttackWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'rlm-attack-'));
    const socketName = `rlm-attack-${randomBytes(8).toString('hex')}`;
    const [tcp, abstract] = [createServer(), createServer()];
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
    // A name outside the file system: a jail of files alone does not hide it.
    await new Promise<void>((resolve) => abstract.listen(`\0${socketName}`, resolve));
    const address = tcp.address();
    if (address === null || typeof address === 'string') throw new TypeError('no port');
    return new AttackWorld(folder, [tcp, abstract], address.port, socketName);
  }

  /** The program with the names of this world in it. */
  fill(code: string, names: { readonly marker: string; readonly token: string }): string {
    const values = new Map<string, string>([
      ['FILE', this.#secretFile],
      ['FOLDER', this.folder],
      ['MARKER', names.marker],
      ['TOKEN', names.token],
      ['PORT', String(this.#port)],
      ['SOCKET', this.#socketName],
      ['ENV', VARIABLE],
      ['PID', String(process.pid)],
    ]);
    return code.replace(/@([A-Z]+)@/g, (whole, name: string) => values.get(name) ?? whole);
  }

  /** The secrets that a text holds. */
  secretsIn(text: string): Gain[] {
    return [...this.#secrets].filter(([, secret]) => text.includes(secret)).map(([gain]) => gain);
  }

  /** How many came and knocked. They are accepted in their order: once our own is, all that were made before are. */
  async connections(): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#onOwnConnection = resolve;
    const socket = connect({ port: this.#port, host: '127.0.0.1', localAddress: OWN_ADDRESS });
    socket.on('error', reject);
    await promise;
    socket.destroy();
    return this.#connections;
  }

  /** What stands open or closed to others by its mode. */
  get files(): readonly string[] {
    return [this.folder, dirname(this.#secretFile), this.#secretFile];
  }

  get signals(): number {
    return this.#signals;
  }

  async destroy(): Promise<void> {
    process.off('SIGUSR2', this.#onSignal);
    delete process.env[VARIABLE];
    for (const server of this.#servers) await new Promise((resolve) => server.close(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
