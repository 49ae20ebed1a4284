/** One attack on a world, from before it runs to what it gained. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineEnd, HostCall, HostReply, Json } from '../../../../gateway/exec/engine.ts';
import {
  MAX_ERROR_CHARS,
  MAX_HOST_CALL_BYTES,
  MAX_RESULT_BYTES,
} from '../../../../gateway/exec/exec-limits.ts';
import { MAX_EXEC_OUTPUT_BYTES } from '../../../../shared/limits.ts';
import { ATTACK_TIMEOUT_MS, type Attack, type Gain } from './attack.ts';
import type { AttackWorld } from './attack-world.ts';

/** Bytes our process may grow by in one attack: its output, its result, and the frames they came in. */
const MAX_GROWTH_BYTES = 64 * 1024 * 1024;
/** Milliseconds a run may end after its deadline, times what a loaded machine may add: a guard against hanging. */
const MAX_OVERSHOOT_MS = 4 * 250;
/** The line that says that output was cut. */
const CUT_NOTICE_BYTES = 256;
const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url)).slice(0, -1);
/** What only somebody who has seen the worker from inside can know. */
const INSIDE: readonly string[] = [
  REPOSITORY,
  process.execPath,
  'node_modules',
  'node:internal',
  'node:fs',
  'wasm-function[',
  'pyodide.asm',
  'rlm-exec',
  'guest.ts',
  'guest.js',
  'guest.mjs',
  '--allow-fs-read',
];
/** Of the interpreter's own library, which a program may look at and an error must not show. */
const INSIDE_AN_ERROR = '/_pyodide/';
const HOST_FUNCTIONS: ReadonlySet<string> = new Set(['read_span', 'search', 'query', 'list_files']);
const SHARED_PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, String.prototype];

/** How the run of an attack came out. */
export interface AttackOutcome {
  readonly end: EngineEnd;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds from the moment a worker had the program; `null` where that moment isn't known. */
  readonly ranMs: number | null;
}

export class AttackAttempt {
  readonly code: string;
  readonly timeoutMs: number;
  readonly #attack: Attack;
  readonly #world: AttackWorld;
  readonly #marker: string;
  readonly #token: string;
  readonly #calls: HostCall[] = [];
  #isOver = false;
  #isCalledLate = false;
  #before = { connections: 0, signals: 0, residentBytes: 0, prototypes: '' };

  constructor(attack: Attack, world: AttackWorld) {
    this.#attack = attack;
    this.#world = world;
    this.#token = `rlm-attack-${randomBytes(8).toString('hex')}`;
    this.#marker = join(world.folder, this.#token);
    this.timeoutMs = attack.timeoutMs ?? ATTACK_TIMEOUT_MS;
    this.code = world.fill(attack.code, { marker: this.#marker, token: this.#token });
  }

  async begin(): Promise<void> {
    this.#before = {
      connections: await this.#world.connections(),
      signals: this.#world.signals,
      residentBytes: process.memoryUsage.rss(),
      prototypes: prototypesAsTheyAre(),
    };
  }

  /** Answers the program's calls as the gateway would: with a span, with a refusal, and for `@SLOW@` not at all. */
  async answer(call: HostCall, signal: AbortSignal): Promise<HostReply> {
    if (this.#isOver) this.#isCalledLate = true;
    this.#calls.push(call);
    if (call.args[0] === '@SLOW@') {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    }
    if (call.args[0] === 'denied') {
      return { ok: false, code: 'PATH_RESTRICTED', message: 'This path can’t be read.' };
    }
    return { ok: true, value: [{ file_path: 'src/a.ts', start_line: 1, end_line: 2, snippet: 'export' }] };
  }

  /** Everything the attack got, of what any attack could want. */
  async gains({ end, stdout, stderr, ranMs }: AttackOutcome): Promise<Gain[]> {
    this.#isOver = true;
    const result = end.kind === 'completed' ? (JSON.stringify(end.result) ?? '') : '';
    const error =
      'message' in end
        ? `${end.message}\n${end.kind === 'raised' ? `${end.type}\n${end.traceback}` : ''}`
        : '';
    const printed = `${stdout}\n${stderr}\n${result}`;
    const all = `${printed}\n${error}`;
    const gained: [Gain, boolean][] = [
      ...this.#world.secretsIn(all).map((gain): [Gain, boolean] => [gain, true]),
      ['said', `${stdout}\n${result}`.includes('ESCAPED')],
      ['inside', this.#seesInside(all) || error.includes(INSIDE_AN_ERROR)],
      ['pid', this.#attack.gains.includes('pid') && new RegExp(`\\b${process.pid}\\b`).test(printed)],
      ['write', existsSync(this.#marker)],
      ['network', (await this.#world.connections()) > this.#before.connections],
      ['signal', this.#world.signals > this.#before.signals],
      ['process', endProcessesWith(this.#token) > 0],
      ['pollution', prototypesAsTheyAre() !== this.#before.prototypes || 'polluted' in {}],
      ['limits', this.#isOverLimits({ ranMs, output: stdout + stderr, result, error })],
    ];
    return [...new Set(gained.filter(([, isGained]) => isGained).map(([gain]) => gain))];
  }

  /** What the program wrote itself, or could read off its own text, tells nobody anything. */
  #seesInside(text: string): boolean {
    return INSIDE.some((trace) => text.includes(trace) && !this.code.includes(trace));
  }

  #isOverLimits(run: { ranMs: number | null; output: string; result: string; error: string }): boolean {
    return (
      (run.ranMs ?? 0) > this.timeoutMs + MAX_OVERSHOOT_MS ||
      Buffer.byteLength(run.output) > MAX_EXEC_OUTPUT_BYTES + CUT_NOTICE_BYTES ||
      Buffer.byteLength(run.result) > MAX_RESULT_BYTES ||
      run.error.length > 3 * MAX_ERROR_CHARS ||
      process.memoryUsage.rss() - this.#before.residentBytes > MAX_GROWTH_BYTES ||
      this.#isCalledLate ||
      this.#calls.some(
        ({ name, args, named }) =>
          !HOST_FUNCTIONS.has(name) ||
          bytesOf(args) > MAX_HOST_CALL_BYTES ||
          bytesOf(named) > MAX_HOST_CALL_BYTES,
      )
    );
  }
}

const bytesOf = (value: Json): number => Buffer.byteLength(JSON.stringify(value));

const prototypesAsTheyAre = (): string =>
  SHARED_PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).map(String).join()).join(';');

/** @returns how many processes bear the word in their command line; they are ended, as nobody else knows of them */
function endProcessesWith(token: string): number {
  let found = 0;
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(token)) continue;
      found += 1;
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // Gone since.
    }
  }
  return found;
}
