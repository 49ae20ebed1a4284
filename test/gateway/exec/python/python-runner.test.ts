import { describe, expect, test } from 'vitest';
import type {
  EngineEnd,
  EngineJob,
  EngineWorker,
  HostCall,
  HostReply,
} from '../../../../gateway/exec/engine.ts';
import { runPython } from '../../../../gateway/exec/python/python-runner.ts';
import { startFullPython } from '../../../support/full-python.ts';

/** A worker that does what the test says, where it matters what a tier says and not how it comes to say it. */
class ScriptedWorker implements EngineWorker {
  readonly pid = 1;
  readonly gone: Promise<void>;
  readonly run: (job: EngineJob) => Promise<EngineEnd>;
  wasKilled = false;
  #onGone: () => void = () => {};

  constructor(script: (job: EngineJob) => Promise<EngineEnd>) {
    this.gone = new Promise((resolve) => {
      this.#onGone = resolve;
    });
    this.run = async (job) => {
      const end = await script(job);
      this.kill();
      return end;
    };
  }

  kill(): void {
    this.wasKilled = true;
    this.#onGone();
  }
}

const RAISED: EngineEnd = {
  kind: 'raised',
  type: 'NotImplementedError',
  message: 'not in the small Python',
  line: 1,
  traceback: 'fast\n',
};
const COMPLETED: EngineEnd = { kind: 'completed', result: 'full' };
const SIGNAL = new AbortController().signal;

const call = (name: HostCall['name'], ...args: string[]): HostCall => ({ name, args, named: {} });

interface Caller extends EngineJob {
  readonly printed: string[];
  readonly live: string[];
}

/** A job that writes down what reaches the caller. */
function caller(options: Partial<EngineJob> = {}): Caller {
  const printed: string[] = [];
  const live: string[] = [];
  return {
    code: '1',
    timeoutMs: 20_000,
    memoryBytes: 256 * 1024 * 1024,
    signal: SIGNAL,
    onOutput: (stream, text) => printed.push(`${stream}:${text}`),
    onHostCall: async ({ name, args }): Promise<HostReply> => {
      live.push(`${name}(${args.join()})`);
      return { ok: true, value: `answer ${live.length}` };
    },
    ...options,
    printed,
    live,
  };
}

type Script = (job: EngineJob) => Promise<EngineEnd>;
const taking = (script: Script) => async (): Promise<EngineWorker> => new ScriptedWorker(script);
const never = async (): Promise<never> => {
  throw new Error('this tier was not to be asked');
};

/** Makes the calls and says what came. */
const asking =
  (end: EngineEnd, calls: readonly HostCall[]): Script =>
  async (job) => {
    for (const each of calls) {
      const reply = await job.onHostCall(each, SIGNAL);
      job.onOutput('stdout', `${reply.ok ? String(reply.value) : reply.code};`);
    }
    return end;
  };

describe('one Python out of two', () => {
  test('the fast tier’s word is all there is, where it can say it', async () => {
    const job = caller();
    const run = await runPython(job, {
      takeFast: taking(async ({ onOutput }) => {
        onOutput('stdout', 'a');
        onOutput('stderr', 'b');
        return { kind: 'completed', result: 1 };
      }),
      takeFull: never,
    });
    expect(run).toEqual({ end: { kind: 'completed', result: 1 }, engine: 'monty' });
    expect(job.printed).toEqual(['stdout:a', 'stderr:b']);
  });

  test('its output is held back until it has said all', async () => {
    const job = caller();
    await runPython(job, {
      takeFast: taking(async ({ onOutput }) => {
        onOutput('stdout', 'a');
        expect(job.printed).toEqual([]);
        return { kind: 'timeout' };
      }),
      takeFull: never,
    });
    expect(job.printed).toEqual(['stdout:a']);
  });

  test.each<EngineEnd>([
    RAISED,
    { kind: 'syntax', message: 'no yield', line: 1 },
    { kind: 'crashed', reason: 'it ended (1)' },
  ])('after $kind the full tier runs it again, and only that counts', async (end) => {
    const job = caller();
    const crashes: string[] = [];
    const run = await runPython(job, {
      takeFast: taking(async ({ onOutput }) => {
        onOutput('stdout', 'forgotten');
        return end;
      }),
      takeFull: taking(async ({ onOutput }) => {
        onOutput('stdout', 'said');
        return COMPLETED;
      }),
      onFastCrash: (reason) => crashes.push(reason),
    });
    expect(run).toEqual({ end: COMPLETED, engine: 'pyodide' });
    expect(job.printed).toEqual(['stdout:said']);
    expect(crashes).toEqual(end.kind === 'crashed' ? [end.reason] : []);
  });

  test.each<EngineEnd>([
    { kind: 'timeout' },
    { kind: 'memory' },
    { kind: 'cancelled' },
    { kind: 'denied', message: 'no', line: 1 },
  ])('$kind is an end in either tier', async (end) => {
    const run = await runPython(caller(), { takeFast: taking(async () => end), takeFull: never });
    expect(run).toEqual({ end, engine: 'monty' });
  });

  test('memory that Python might not have needed is asked of the full tier', async () => {
    const run = await runPython(caller({ code: 'sum(i for i in range(10**8))' }), {
      takeFast: taking(async () => ({ kind: 'memory' })),
      takeFull: taking(async () => COMPLETED),
    });
    expect(run).toEqual({ end: COMPLETED, engine: 'pyodide' });
  });

  test('without a full tier, the error says that it may be the small Python’s', async () => {
    const job = caller();
    const run = await runPython(job, {
      takeFast: taking(async ({ onOutput }) => {
        onOutput('stdout', 'before');
        return RAISED;
      }),
      takeFull: null,
    });
    expect(run).toEqual({
      engine: 'monty',
      end: {
        ...RAISED,
        message: expect.stringMatching(/^not in the small Python \(This gateway runs a small Python only/),
      },
    });
    expect(job.printed).toEqual(['stdout:before']);
  });

  test('without a fast tier, the full one is asked at once; without any, it is a fault', async () => {
    const run = await runPython(caller(), { takeFast: null, takeFull: taking(async () => COMPLETED) });
    expect(run).toEqual({ end: COMPLETED, engine: 'pyodide' });
    await expect(runPython(caller(), { takeFast: null, takeFull: null })).rejects.toThrow('no Python');
  });

  test('an output flood of the fast tier is held up to the limit of a run', async () => {
    const job = caller();
    await runPython(job, {
      takeFast: taking(async ({ onOutput }) => {
        for (let n = 0; n < 64; n += 1) onOutput('stdout', 'x'.repeat(1024 * 1024));
        return { kind: 'timeout' };
      }),
      takeFull: never,
    });
    expect(job.printed).toHaveLength(2);
  });
});

describe('calls of the gateway’s functions', () => {
  const [a, b, c] = [call('search', 'a'), call('query', 'b'), call('search', 'c')];

  const replay = async (first: readonly HostCall[], second: readonly HostCall[]): Promise<Caller> => {
    const job = caller();
    await runPython(job, {
      takeFast: taking(asking(RAISED, first)),
      takeFull: taking(asking(COMPLETED, second)),
    });
    return job;
  };

  test('are answered once, and as they were', async () => {
    const job = await replay([a, b], [a, b]);
    expect(job.live).toEqual(['search(a)', 'query(b)']);
    expect(job.printed).toEqual(['stdout:answer 1;', 'stdout:answer 2;']);
  });

  test('are asked anew after the log’s end', async () => {
    const job = await replay([a], [a, b, c]);
    expect(job.live).toEqual(['search(a)', 'query(b)', 'search(c)']);
    expect(job.printed.at(-1)).toBe('stdout:answer 3;');
  });

  test('are asked anew from the first that is another', async () => {
    const job = await replay([a, b, c], [a, call('search', 'x'), c]);
    expect(job.live).toEqual(['search(a)', 'query(b)', 'search(c)', 'search(x)', 'search(c)']);
    expect(job.printed).toEqual(['stdout:answer 1;', 'stdout:answer 4;', 'stdout:answer 5;']);
  });

  test('with other names for the same arguments are others', async () => {
    const job = await replay([a], [{ name: 'search', args: [], named: { pattern: 'a' } }]);
    expect(job.live).toHaveLength(2);
  });

  test('that were refused are refused again', async () => {
    const job = caller({ onHostCall: async () => ({ ok: false, code: 'NOT_FOUND', message: 'No.' }) });
    await runPython(job, { takeFast: taking(asking(RAISED, [a])), takeFull: taking(asking(COMPLETED, [a])) });
    expect(job.printed).toEqual(['stdout:NOT_FOUND;']);
  });

  test('whose replies fill the log are asked anew past that', async () => {
    let asked = 0;
    const job = caller({
      onHostCall: async () => {
        asked += 1;
        return { ok: true, value: 'x'.repeat(12 * 1024 * 1024) };
      },
    });
    const calls = [a, b, c, a];
    await runPython(job, {
      takeFast: taking(asking(RAISED, calls)),
      takeFull: taking(asking(COMPLETED, calls)),
    });
    expect(asked).toBe(6);
  });
});

describe('time', () => {
  test('spent in both tiers together is bounded by the deadline', async () => {
    const given: number[] = [];
    await runPython(caller({ timeoutMs: 5_000 }), {
      takeFast: taking(async ({ timeoutMs }) => {
        given.push(timeoutMs);
        await new Promise((resolve) => setTimeout(resolve, 300));
        return RAISED;
      }),
      takeFull: taking(async ({ timeoutMs }) => {
        given.push(timeoutMs);
        return COMPLETED;
      }),
    });
    expect(given[0]).toBe(5_000);
    expect(given[1]).toBeLessThanOrEqual(4_701);
  });

  test('that is all spent leaves no second run', async () => {
    const run = await runPython(caller({ timeoutMs: 10 }), {
      takeFast: taking(async () => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        return RAISED;
      }),
      takeFull: never,
    });
    expect(run).toEqual({ end: { kind: 'timeout' }, engine: 'monty' });
  });

  test('spent waiting for a worker does not count', async () => {
    const given: number[] = [];
    await runPython(caller({ timeoutMs: 5_000 }), {
      takeFast: taking(async () => RAISED),
      takeFull: async () => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        return new ScriptedWorker(async ({ timeoutMs }) => {
          given.push(timeoutMs);
          return COMPLETED;
        });
      },
    });
    expect(given[0]).toBeGreaterThan(4_800);
  });

  test.each(['takeFast', 'takeFull'] as const)(
    'nobody waits in %s once the run is cancelled',
    async (tier) => {
      const abort = new AbortController();
      const run = runPython(caller({ signal: abort.signal }), {
        takeFast: taking(async () => RAISED),
        takeFull: taking(async () => COMPLETED),
        // A worker that never comes up: whoever asked for it is told when the signal aborts.
        [tier]: (signal: AbortSignal) =>
          new Promise<EngineWorker>((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason));
            setImmediate(() => abort.abort());
          }),
      });
      const engine = tier === 'takeFast' ? 'monty' : 'pyodide';
      expect(await run).toEqual({ end: { kind: 'cancelled' }, engine });
    },
  );

  test('where no worker of the full tier can be had, it is a fault and no error of the program’s', async () => {
    const run = runPython(caller(), {
      takeFast: taking(async () => RAISED),
      takeFull: async () => {
        throw new Error('no sandbox worker could be started');
      },
    });
    await expect(run).rejects.toThrow('no sandbox worker could be started');
  });
});

describe('with the real full tier', () => {
  test('a program that the fast tier gave up on half way is answered from the log', async () => {
    const code = [
      'def lines(path):',
      '    yield from read_span(path, 1, 2)["content"].splitlines()',
      'files = list_files()',
      'print("%d files" % len(files))',
      '[line for path in files for line in lines(path)]',
    ].join('\n');
    const replies: Record<string, HostReply> = {
      list_files: { ok: true, value: ['a', 'b'] },
      read_span: { ok: true, value: { content: 'x\ny' } },
    };
    const live: string[] = [];
    const job = caller({
      code,
      onHostCall: async ({ name }) => {
        live.push(name);
        return replies[name] ?? { ok: false, code: 'NOT_FOUND', message: 'No.' };
      },
    });
    const run = await runPython(job, {
      takeFast: taking(async ({ onHostCall }) => {
        await onHostCall({ name: 'list_files', args: [], named: {} }, SIGNAL);
        return { kind: 'syntax', message: 'no yield', line: 2 };
      }),
      takeFull: startFullPython,
    });
    expect(run).toEqual({ end: { kind: 'completed', result: ['x', 'y', 'x', 'y'] }, engine: 'pyodide' });
    expect(job.printed).toEqual(['stdout:2 files\n']);
    expect(live).toEqual(['list_files', 'read_span', 'read_span']);
  });
});
