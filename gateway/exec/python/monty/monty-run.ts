/**
 * One run of one program in a Monty worker: the turns of its protocol, with a deadline of our own beside the
 * interpreter's, whose clock stands still while it waits for us and is not looked at within one long operation.
 */
import type { EngineEnd, EngineJob, HostCall, Json } from '../../engine.ts';
import { KILL_GRACE_MS, MAX_HOST_CALLS, MAX_RESULT_BYTES, MAX_RESULT_DEPTH } from '../../exec-limits.ts';
import { callResultOf, isHostFunction, type ParsedCall, parseCall } from './monty-call.ts';
import type { ChannelEnd, MontyChannel, MontyMessage } from './monty-channel.ts';
import {
  type CallResult,
  decodeEvent,
  decodeValue,
  type EncodedValue,
  encodeConfigure,
  encodeFeed,
  encodeResumeCall,
  encodeResumeNameLookup,
  eventKindOf,
  type MontyEvent,
  type MontyLimits,
  ValueBudget,
  ValueTooLarge,
} from './monty-codec.ts';
import { endOfError, raisedBySandbox } from './monty-error.ts';
import { NoJsonForm } from './monty-value.ts';
import { FAR_TOO_LONG, resultOf, TOO_DEEP } from './result-json.ts';

/** Python's own limit of calls inside each other. */
const RECURSION_DEPTH = 1_000;
/** Exit code of a worker whose allocator refused: the memory limit, met where the interpreter can't raise. */
const ALLOCATION_REFUSED = 65;
/** Times a program may stop to ask: all its host calls, and as many names and operations that there are not. */
const MAX_SUSPENSIONS = 2 * MAX_HOST_CALLS;
/** What the program gets for whatever it asks of the operating system. */
const NO_OPERATING_SYSTEM: CallResult = {
  kind: 'raised',
  type: 'PermissionError',
  message:
    'there are no files, environment or clock in the sandbox: use read_span, search, query, list_files',
};

type FunctionCall = Extract<MontyEvent, { kind: 'function_call' }>;
type Suspension = Extract<MontyEvent, { kind: 'function_call' | 'os_call' | 'name_lookup' }>;

/** Settles once the run is over, at the latest a grace after its deadline; the process is the caller's to kill. */
export function runInMonty(channel: MontyChannel, job: EngineJob): Promise<EngineEnd> {
  return new Promise((resolve) => {
    const run = new MontyRun(channel, job, resolve);
    run.start();
  });
}

class MontyRun {
  readonly #channel: MontyChannel;
  readonly #job: EngineJob;
  readonly #limits: MontyLimits;
  readonly #resolve: (end: EngineEnd) => void;
  readonly #calls = new AbortController();
  readonly #onAbort = (): void => this.#settle({ kind: 'cancelled' });
  #timer: NodeJS.Timeout | undefined;
  /** Whose turn it is: the worker's twice, at first to take its limits. */
  #turn: 'configuring' | 'running' | 'ours' | 'over' = 'configuring';
  #suspensions = 0;
  #deadlineMs = 0;

  constructor(channel: MontyChannel, job: EngineJob, resolve: (end: EngineEnd) => void) {
    this.#channel = channel;
    this.#job = job;
    this.#resolve = resolve;
    this.#limits = {
      durationMicros: Math.round(job.timeoutMs * 1000),
      memoryBytes: job.memoryBytes,
      recursionDepth: RECURSION_DEPTH,
    };
  }

  start(): void {
    const { signal, timeoutMs, code } = this.#job;
    signal.addEventListener('abort', this.#onAbort, { once: true });
    if (signal.aborted) this.#onAbort();
    if (this.#turn === 'over') return;
    this.#deadlineMs = performance.now() + timeoutMs;
    this.#timer = setTimeout(() => this.#settle({ kind: 'timeout' }), timeoutMs + KILL_GRACE_MS);
    this.#channel.listen(
      (message) => {
        const end = this.#take(message);
        if (end !== null) this.#settle(end);
      },
      (end) => this.#settle(endOfChannel(end)),
    );
    this.#channel.send(encodeConfigure(this.#limits));
    // Without waiting for the first answer: it is read from the pipe in its turn.
    this.#channel.send(encodeFeed(code));
  }

  #settle(end: EngineEnd): void {
    if (this.#turn === 'over') return;
    this.#turn = 'over';
    clearTimeout(this.#timer);
    this.#job.signal.removeEventListener('abort', this.#onAbort);
    this.#calls.abort();
    this.#channel.close();
    this.#resolve(end);
  }

  /** What a message means for the run: its end, or `null` where it goes on. */
  #take(message: MontyMessage): EngineEnd | null {
    // It stands still until its question is answered: one that speaks meanwhile is no worker of ours.
    if (this.#turn === 'ours') return { kind: 'crashed', reason: 'it spoke out of turn' };
    if (message.kind === 'oversized') return endOfOversized(message.firstByte);
    let event: MontyEvent;
    try {
      event = decodeEvent(message.bytes);
    } catch {
      return { kind: 'crashed', reason: 'it broke the protocol' };
    }
    if (this.#turn !== 'configuring') return this.#react(event);
    if (event.kind !== 'ok') return { kind: 'crashed', reason: 'it did not take its limits' };
    this.#turn = 'running';
    return null;
  }

  #react(event: MontyEvent): EngineEnd | null {
    switch (event.kind) {
      case 'print':
        this.#job.onOutput(event.stream, event.text);
        return null;
      case 'complete':
        return endOfValue(event.value);
      case 'error':
        return endOfError(event.exception, event.executionMicros, this.#limits);
      case 'function_call':
      case 'os_call':
      case 'name_lookup':
        this.#suspensions += 1;
        if (this.#suspensions > MAX_SUSPENSIONS) {
          return raisedBySandbox('RuntimeError', 'the program asked too often for what there is not');
        }
        return this.#answer(event);
      case 'resolve_futures':
        return raisedBySandbox('RuntimeError', 'the program waits for what never comes');
      case 'fatal_error':
        return { kind: 'crashed', reason: 'it gave up' };
      case 'ok':
        return { kind: 'crashed', reason: 'it spoke out of turn' };
    }
  }

  #answer(event: Suspension): EngineEnd | null {
    switch (event.kind) {
      case 'os_call':
        this.#channel.send(encodeResumeCall(event.callId, NO_OPERATING_SYSTEM));
        return null;
      case 'name_lookup': {
        const isFunction = !event.isAttribute && isHostFunction(event.name);
        this.#channel.send(encodeResumeNameLookup(event.name, isFunction));
        return null;
      }
      case 'function_call':
        return this.#call(event);
    }
  }

  #call({ name, callId, args, named, isMethod }: FunctionCall): EngineEnd | null {
    if (isMethod) return { kind: 'crashed', reason: 'it called a method of no object' };
    if (!isHostFunction(name)) {
      this.#channel.send(encodeResumeCall(callId, { kind: 'not_found', name }));
      return null;
    }
    let parsed: ParsedCall;
    try {
      parsed = parseCall(name, args, named);
    } catch {
      return { kind: 'crashed', reason: 'it broke the protocol' };
    }
    if (this.#channel.hasMore) return { kind: 'crashed', reason: 'it spoke out of turn' };
    if (parsed.kind === 'call') this.#wait(callId, parsed.call);
    else this.#channel.send(encodeResumeCall(callId, parsed.result));
    return null;
  }

  #wait(callId: number, call: HostCall): void {
    this.#turn = 'ours';
    void this.#job.onHostCall(call, this.#calls.signal).then((reply) => {
      if (this.#turn !== 'ours') return;
      // The interpreter's clock stood still, the run's did not.
      if (performance.now() >= this.#deadlineMs) this.#settle({ kind: 'timeout' });
      else {
        this.#turn = 'running';
        this.#channel.send(encodeResumeCall(callId, callResultOf(reply)));
      }
    });
  }
}

function endOfChannel(end: ChannelEnd): EngineEnd {
  if (end.kind === 'broken') return { kind: 'crashed', reason: end.reason };
  if (end.code === ALLOCATION_REFUSED) return { kind: 'memory' };
  return { kind: 'crashed', reason: `it ended (${end.signal ?? end.code})` };
}

/** A message too long to be read still says what it is: an honest program may well end with a very long string. */
function endOfOversized(firstByte: number): EngineEnd {
  switch (eventKindOf(firstByte)) {
    case 'complete':
      return { kind: 'completed', result: FAR_TOO_LONG };
    case 'function_call':
      return raisedBySandbox('ValueError', 'the arguments of a call are too long');
    case 'os_call':
      return raisedBySandbox('PermissionError', 'there are no files in the sandbox');
    case 'error':
      return raisedBySandbox('RuntimeError', 'an error too long to be shown');
    default:
      return { kind: 'crashed', reason: 'it broke the protocol' };
  }
}

function endOfValue(encoded: EncodedValue): EngineEnd {
  let result: Json;
  try {
    result = resultOf(decodeValue(encoded, new ValueBudget(MAX_RESULT_DEPTH, MAX_RESULT_BYTES)));
  } catch (error) {
    if (error instanceof NoJsonForm) return raisedBySandbox(error.type, error.message);
    if (!(error instanceof ValueTooLarge)) return { kind: 'crashed', reason: 'it broke the protocol' };
    result = error.by === 'depth' ? TOO_DEEP : FAR_TOO_LONG;
  }
  return { kind: 'completed', result };
}
