import type { Recorder } from '../provenance/recorder.ts';
import type { Repository } from '../repo/repository.ts';
import type { Store } from '../store/store.ts';

export type PartState = 'ok' | 'failing';

/** Whether the gateway can do its work now, part by part; says no more than that to strangers. */
export interface ReadyState {
  readonly status: 'ready' | 'not_ready' | 'draining';
  readonly parts: Readonly<Record<'store' | 'provenance' | 'repositories', PartState>>;
}

const CHECK_DEADLINE_MS = 2_000;

export class Readiness {
  readonly #store: Store;
  readonly #recorder: Recorder;
  readonly #repositories: ReadonlyMap<string, Repository>;
  #isDraining = false;

  constructor(store: Store, recorder: Recorder, repositories: ReadonlyMap<string, Repository>) {
    this.#store = store;
    this.#recorder = recorder;
    this.#repositories = repositories;
  }

  drain(): void {
    this.#isDraining = true;
  }

  async check(): Promise<ReadyState> {
    const parts = {
      store: await succeeds(() => this.#store.dataVersion()),
      provenance: this.#recorder.isAvailable ? ('ok' as const) : ('failing' as const),
      repositories: await succeeds(() => this.#openAll()),
    };
    const isReady = Object.values(parts).every((state) => state === 'ok');
    return { status: this.#isDraining ? 'draining' : isReady ? 'ready' : 'not_ready', parts };
  }

  async #openAll(): Promise<void> {
    for (const { guard } of this.#repositories.values()) {
      await using _ = await guard.open('.', ['.'], 'directory');
    }
  }
}

async function succeeds(work: () => Promise<unknown>): Promise<PartState> {
  const late = new Promise<PartState>((resolve) => {
    setTimeout(() => resolve('failing'), CHECK_DEADLINE_MS).unref();
  });
  const done = work().then(
    (): PartState => 'ok',
    (): PartState => 'failing',
  );
  return Promise.race([done, late]);
}
