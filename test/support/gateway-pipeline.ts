import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { identityFromKey } from '../../gateway/access/identity.ts';
import type { Principal } from '../../gateway/access/principal.ts';
import { CallLedger } from '../../gateway/provenance/call-ledger.ts';
import type { CallRecord } from '../../gateway/provenance/record.ts';
import { Recorder } from '../../gateway/provenance/recorder.ts';
import { Repository } from '../../gateway/repo/repository.ts';
import { HandleStore } from '../../gateway/sessions/handle-store.ts';
import { DEFAULT_SESSION_CAPS, DEFAULT_SESSION_CONFIG } from '../../gateway/sessions/session.ts';
import { SessionStore } from '../../gateway/sessions/session-store.ts';
import type { Store } from '../../gateway/store/store.ts';
import { ToolPipeline } from '../../gateway/tools/pipeline.ts';
import { TOOLS, ToolTable } from '../../gateway/tools/table.ts';
import type { CallContext, Tool, ToolServices } from '../../gateway/tools/tool.ts';
import { CapturedLogs } from './gateway-logs.ts';
import { openTestStore } from './gateway-store.ts';

export type Body = Readonly<Record<string, unknown>>;

export const ANYONE: Principal = { keyId: 'k', name: 'test', isAdmin: false, tools: null, repos: null };

const SECRET = Buffer.alloc(32, 1);

export interface TestPipeline {
  readonly pipeline: ToolPipeline;
  readonly ledger: CallLedger;
  readonly store: Store;
  /** Its database. */
  readonly file: string;
  readonly logs: CapturedLogs;
  readonly services: ToolServices;
  readonly recorder: Recorder;
  /** The first repository's folder. */
  readonly path: string;
  /** Calls a tool and gives its one JSON object; checks what holds for every answer. */
  call(name: string, args?: unknown, context?: Partial<CallContext>): Promise<Body>;
  /** A session with these roots. */
  session(config?: Body, roots?: readonly string[]): Promise<string>;
  handle(session: string, path: string): Promise<string>;
  write(path: string, content: string | Uint8Array): Promise<void>;
  records(): Promise<readonly CallRecord[]>;
  used(session: string): Promise<{ calls: number; bytes: number }>;
}

/** The tool pipeline with everything under it, real, and nothing above it. */
export async function startPipeline(
  options: {
    readonly files?: Readonly<Record<string, string | Uint8Array>>;
    readonly tools?: readonly Tool[];
    readonly wrapStore?: (store: Store) => Store;
    /** Shares the database of another pipeline, as a second gateway process does. */
    readonly file?: string;
    /** What runs code; none unless given. */
    readonly exec?: ToolServices['exec'];
    /** Names of further, empty repositories. */
    readonly alsoRepositories?: readonly string[];
  } = {},
): Promise<TestPipeline> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rlm-gateway-')));
  const path = join(folder, 'app');
  const file = options.file ?? join(folder, 'gateway.db');
  const write = async (name: string, content: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  };
  await mkdir(path);
  for (const [name, content] of Object.entries(options.files ?? {})) await write(name, content);
  const repositories = new Map<string, Repository>();
  for (const name of ['app', ...(options.alsoRepositories ?? [])]) {
    await mkdir(join(folder, name), { recursive: true });
    repositories.set(name, await Repository.open({ name, path: join(folder, name) }));
  }
  const opened = await openTestStore(file);
  const store = options.wrapStore?.(opened) ?? opened;
  const logs = new CapturedLogs();
  const recorder = new Recorder(store, () => {});
  onTestFinished(async () => {
    recorder.stop();
    for (const repository of repositories.values()) await repository.close();
    await rm(folder, { recursive: true, force: true });
  });
  const services: ToolServices = {
    store,
    identity: identityFromKey(generateKeyPairSync('ed25519').privateKey),
    repositories,
    sessions: new SessionStore(store),
    handles: new HandleStore(store),
    sessionDefaults: DEFAULT_SESSION_CONFIG,
    sessionCaps: DEFAULT_SESSION_CAPS,
    exec: options.exec ?? null,
  };
  const ledger = new CallLedger(store, SECRET);
  const pipeline = new ToolPipeline({
    table: new ToolTable(options.tools ?? TOOLS),
    services,
    recorder,
    ledger,
    logger: logs.logger(),
    commitmentSecret: SECRET,
  });
  const call = async (name: string, args?: unknown, context: Partial<CallContext> = {}): Promise<Body> => {
    const answer = await pipeline.call(name, args, {
      principal: ANYONE,
      instance: null,
      preferredRepo: null,
      signal: new AbortController().signal,
      request: null,
      ...context,
    });
    // One JSON object, the same in both forms, and it says itself whether it is a failure.
    if (JSON.stringify(answer.body) !== answer.text || answer.isError === answer.body['success']) {
      throw new Error(`two answers to one call: ${answer.text}`);
    }
    return answer.body;
  };
  return {
    pipeline,
    ledger,
    store,
    file,
    logs,
    services,
    recorder,
    path,
    call,
    write,
    async session(config, roots = ['.']) {
      const made = await call('rlm.session.create', {
        repo: 'app',
        ...(config === undefined ? {} : { config }),
      });
      await call('rlm.roots.set', { session_id: made['session_id'], roots });
      return String(made['session_id']);
    },
    async handle(session, filePath) {
      const made = await call('rlm.fs.handle.create', { session_id: session, file_path: filePath });
      return String(made['file_handle']);
    },
    async records() {
      const rows = await opened.db.selectFrom('records').select('leaf').orderBy('seq').execute();
      return rows.map(({ leaf }) => JSON.parse(Buffer.from(leaf).toString('utf8')) as CallRecord);
    },
    async used(session) {
      const { usedCalls, usedBytes } = await services.sessions.find(session, ANYONE.keyId);
      return { calls: usedCalls, bytes: usedBytes };
    },
  };
}
