import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '../../../bridge/json-log.ts';
import { Relay, type RelayConnection } from '../../../bridge/relay/relay.ts';
import type { ConnectionListener } from '../../../bridge/uplink/connection.ts';
import type { Loss } from '../../../bridge/uplink/loss.ts';
import type { UplinkListener } from '../../../bridge/uplink/uplink.ts';
import { RlmError } from '../../../shared/errors/rlm-error.ts';
import { MAX_WAITING_BYTES, OPENING_TIMEOUT_MS, OUTAGE_TIMEOUT_MS } from '../../../shared/limits.ts';

/** A gateway's connection as a stream of texts: sockets are tested elsewhere, here it is the relay's bookkeeping. */
class RecordingConnection implements RelayConnection {
  readonly sent: string[] = [];
  isFull = false;
  isLeaving = false;
  isPaused = false;
  isTerminated = false;
  listener: ConnectionListener | undefined;
  start(listener: ConnectionListener): void {
    this.listener = listener;
  }
  send(bytes: Buffer): void {
    this.sent.push(String(bytes));
  }
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
  terminate(): void {
    this.isTerminated = true;
  }
  says(value: unknown): void {
    this.listener?.received(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
  }
}

let listener: UplinkListener;
let relay: Relay;
let written: string[];
let refusal: RlmError | null;
let lastFailure: RlmError | undefined;
let isOutputFull: boolean;
let events: string[];

beforeEach(() => {
  vi.useFakeTimers();
  [written, events, refusal, lastFailure, isOutputFull] = [[], [], null, undefined, false];
  relay = new Relay({
    uplink: (own) => {
      listener = own;
      return {
        demand: () => {
          events.push('demand');
          return refusal;
        },
        get lastFailure() {
          return lastFailure;
        },
        // As the uplink does: what only a person can mend is told after the loss.
        connectionLost: (loss) => {
          listener.lost(loss);
          if (loss.kind === 'refused') listener.refused(loss.error);
        },
      };
    },
    output: {
      write: (line) => void written.push(String(line)),
      get isFull() {
        return isOutputFull;
      },
    },
    log: createLog('silent', () => undefined, Date.now),
    nowMs: () => Date.now(),
    roomAgain: () => events.push('room'),
    allAnswered: () => events.push('all answered'),
  });
});

afterEach(() => {
  relay.abandon();
  vi.useRealTimers();
});

function open(): RecordingConnection {
  const connection = new RecordingConnection();
  listener.opened(connection as never);
  return connection;
}

const lose = (connection: RecordingConnection, loss: Loss = { kind: 'dropped' }): void =>
  connection.listener?.lost(loss);
const ide = (value: unknown): void =>
  relay.accept(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
const request = (id: unknown, method: string, params?: unknown): object => ({
  jsonrpc: '2.0',
  id,
  method,
  ...(params !== undefined && { params }),
});
const notification = (method: string, params?: unknown): object => ({
  jsonrpc: '2.0',
  method,
  ...(params !== undefined && { params }),
});
const result = (id: unknown, value: unknown = {}): object => ({ jsonrpc: '2.0', id, result: value });
const idsSent = (connection: RecordingConnection): unknown[] =>
  connection.sent.map((line) => (JSON.parse(line) as { id?: unknown }).id);
const answers = (): { id: unknown; code: unknown }[] =>
  written.map((line) => {
    const message = JSON.parse(line) as {
      id: unknown;
      method?: string;
      error?: { code: number; data?: { code: string } };
    };
    return {
      id: message.id,
      code: message.error?.data?.code ?? message.error?.code ?? message.method ?? 'result',
    };
  });

describe('[FR1] carrying', () => {
  it('is byte for byte, both ways', () => {
    const connection = open();
    const line = '{ "jsonrpc":"2.0",  "id" : 1.0, "method":"tools/call", "params":{"z":1,"a":"\\u00fc"} }';
    ide(line);
    const answer = '{"result": {"z" :1, "a":1e2},  "id":1, "jsonrpc":"2.0"}';
    connection.says(answer);
    expect([connection.sent, written]).toEqual([[line], [answer]]);
  });

  it('keeps the order of what waited', () => {
    for (const id of [1, 2]) ide(request(id, 'tools/call'));
    ide(notification('notifications/roots/list_changed'));
    ide(request(3, 'tools/call'));
    const connection = open();
    ide(request(4, 'tools/call'));
    expect(connection.sent.map((line) => (JSON.parse(line) as { id?: number }).id)).toEqual([
      1,
      2,
      undefined,
      3,
      4,
    ]);
  });

  it('tells "1" from 1', () => {
    const connection = open();
    ide(request(1, 'tools/call'));
    ide(request('1', 'tools/call'));
    connection.says(result('1'));
    expect(answers()).toEqual([{ id: '1', code: 'result' }]);
    connection.says(result(1));
    expect(answers()).toHaveLength(2);
  });

  it('drops an answer nobody waits for, and a second one', () => {
    const connection = open();
    ide(request(1, 'tools/call'));
    connection.says(result(7));
    connection.says(result(1));
    connection.says(result(1));
    expect(answers()).toEqual([{ id: 1, code: 'result' }]);
  });

  it('refuses a second request under an id that is in use', () => {
    const connection = open();
    ide(request(1, 'tools/call'));
    ide(request(1, 'tools/call'));
    ide([request(2, 'a'), request(2, 'b')]);
    expect(connection.sent).toHaveLength(1);
    expect(answers()).toEqual([
      { id: null, code: -32600 },
      { id: null, code: -32600 },
    ]);
  });

  it('ends a connection that sends something else than JSON-RPC, and prints nothing of it', () => {
    const connection = open();
    connection.says('{"hello":1}');
    expect([connection.isTerminated, written]).toEqual([true, []]);
  });
});

describe('[RL2] while there is no connection', () => {
  it('a request waits and is answered in time, with the cause', () => {
    lastFailure = new RlmError('GATEWAY_UNREACHABLE', 'Could not reach gw.example (connection refused).');
    ide(request(1, 'tools/call'));
    vi.advanceTimersByTime(OUTAGE_TIMEOUT_MS - 1);
    expect(written).toEqual([]);
    vi.advanceTimersByTime(1);
    const [answer] = written.map((line) => JSON.parse(line) as { error: object });
    expect(answer?.error).toEqual({
      code: -32000,
      message: 'Could not reach gw.example (connection refused). Run: rlm-workspace status',
      data: { code: 'GATEWAY_UNREACHABLE', retry: true },
    });
    expect(open().sent).toEqual([]);
  });

  it.each(['initialize', 'server/discover', 'tools/list', 'prompts/list', 'resources/list'])(
    '%s is answered earlier: some IDEs allow 10 s to start',
    (method) => {
      ide(request(1, method));
      vi.advanceTimersByTime(OPENING_TIMEOUT_MS);
      expect(answers()).toEqual([{ id: 1, code: 'GATEWAY_UNREACHABLE' }]);
    },
  );

  it('a list that was answered before may wait longer', () => {
    const connection = open();
    ide(request(1, 'tools/list'));
    connection.says(result(1));
    lose(connection);
    ide(request(2, 'tools/list'));
    vi.advanceTimersByTime(OPENING_TIMEOUT_MS);
    expect(answers()).toHaveLength(1);
    vi.advanceTimersByTime(OUTAGE_TIMEOUT_MS);
    expect(answers()).toHaveLength(2);
  });

  it('each keeps its own deadline', () => {
    ide(request(1, 'tools/call'));
    vi.advanceTimersByTime(1_000);
    ide(request(2, 'initialize'));
    vi.advanceTimersByTime(OPENING_TIMEOUT_MS);
    expect(answers().map(({ id }) => id)).toEqual([2]);
    vi.advanceTimersByTime(OUTAGE_TIMEOUT_MS - OPENING_TIMEOUT_MS - 1_000);
    expect(answers().map(({ id }) => id)).toEqual([2, 1]);
  });

  it('is answered at once when only a person can mend it, and carried when they have', () => {
    refusal = new RlmError('KEY_REVOKED', 'The key was revoked.');
    ide(request(1, 'initialize'));
    expect(answers()).toEqual([{ id: 1, code: 'KEY_REVOKED' }]);
    refusal = null;
    ide(request(2, 'initialize'));
    expect(open().sent).toHaveLength(1);
  });

  it('what waits is answered when a dial finds such a failure', () => {
    ide(request(1, 'initialize'));
    ide(request(2, 'tools/call'));
    listener.refused(new RlmError('KEY_MISSING', 'There is no key.'));
    expect(answers()).toEqual([
      { id: 1, code: 'KEY_MISSING' },
      { id: 2, code: 'KEY_MISSING' },
    ]);
    expect(open().sent).toEqual([]);
  });

  it('is full at a mebibyte, and has room again when it empties', () => {
    const params = 'x'.repeat(MAX_WAITING_BYTES / 4);
    for (let id = 0; !relay.isFull; id++) ide(request(id, 'tools/call', params));
    expect(events).not.toContain('room');
    open();
    expect([relay.isFull, events.includes('room')]).toEqual([false, true]);
  });
});

describe('[RL4] when the connection breaks', () => {
  it('a call under way is sent again, once a loss, byte for byte, and answered once', () => {
    const first = open();
    const line = '{"jsonrpc":"2.0", "id":1.0,"method":"tools/call"}';
    ide(line);
    lose(first);
    const second = open();
    expect([second.sent, written]).toEqual([[line], []]);
    lose(second);
    const third = open();
    expect(third.sent).toEqual([line]);
    third.says(result(1));
    third.says(result(1));
    expect(answers()).toEqual([{ id: 1, code: 'result' }]);
    lose(third);
    expect(open().sent).toEqual([]);
  });

  it('a call that meets a loss each time is given up in the end: it may be what takes the gateway down', () => {
    ide(request(1, 'tools/call'));
    let sendings = 0;
    for (; written.length === 0 && sendings < 100; sendings += 1) lose(open());
    expect([sendings, answers()]).toEqual([8, [{ id: 1, code: 'CONNECTION_LOST' }]]);
    expect(open().sent).toEqual([]);
  });

  it('a call of a method nobody knows is answered CONNECTION_LOST, once, and not sent again', () => {
    const connection = open();
    ide(request(1, 'tools/rename'));
    lose(connection);
    expect(answers()).toEqual([{ id: 1, code: 'CONNECTION_LOST' }]);
    const next = open();
    next.says(result(1));
    expect([answers().length, next.sent]).toEqual([1, []]);
  });

  it.each(['ping', 'resources/read', 'prompts/get', 'completion/complete', 'subscriptions/listen'])(
    '%s is sent again: it changes nothing',
    (method) => {
      const connection = open();
      ide(request(1, method));
      lose(connection);
      expect([open().sent.length, written]).toEqual([1, []]);
    },
  );

  it('what was in flight goes first, in its order, then what waited', () => {
    const connection = open();
    for (const id of [1, 2, 3, 4]) ide(request(id, 'tools/call'));
    connection.says(result(2));
    connection.isLeaving = true;
    ide(request(5, 'tools/call'));
    lose(connection);
    ide(request(6, 'tools/call'));
    const next = open();
    ide(request(7, 'tools/call'));
    expect(idsSent(next)).toEqual([1, 3, 4, 5, 6, 7]);
  });

  it('a call that is sent again and nothing comes back keeps the deadline it had', () => {
    const connection = open();
    ide(request(1, 'tools/call'));
    vi.advanceTimersByTime(10_000);
    lose(connection);
    vi.advanceTimersByTime(OUTAGE_TIMEOUT_MS - 10_001);
    expect(written).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(answers()).toEqual([{ id: 1, code: 'CONNECTION_LOST' }]);
    expect(open().sent).toEqual([]);
  });

  it('a call that had run for longer than an outage may last gets a whole one', () => {
    const connection = open();
    ide(request(1, 'tools/call'));
    vi.advanceTimersByTime(OUTAGE_TIMEOUT_MS);
    lose(connection);
    vi.advanceTimersByTime(OUTAGE_TIMEOUT_MS - 1);
    expect(written).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(answers()).toHaveLength(1);
  });

  it('a harmless one is sent again, before what came later', () => {
    const connection = open();
    ide(request(1, 'tools/list'));
    lose(connection);
    ide(request(2, 'tools/call'));
    const next = open();
    expect(idsSent(next)).toEqual([1, 2]);
    next.says(result(1));
    expect(answers()).toEqual([{ id: 1, code: 'result' }]);
  });

  it('and nothing comes back, a harmless one still has its deadline', () => {
    const connection = open();
    ide(request(1, 'initialize'));
    lose(connection);
    vi.advanceTimersByTime(OPENING_TIMEOUT_MS);
    expect(answers()).toEqual([{ id: 1, code: 'GATEWAY_UNREACHABLE' }]);
  });

  it('because one answer was too large, it says so', () => {
    const connection = open();
    ide(request(1, 'tools/call'));
    lose(connection, { kind: 'too-large' });
    expect(answers()).toEqual([{ id: 1, code: 'MESSAGE_TOO_LARGE' }]);
  });

  it('because the key was revoked, it says so', () => {
    const connection = open();
    ide(request(1, 'tools/call'));
    lose(connection, { kind: 'refused', error: new RlmError('KEY_REVOKED', 'revoked') });
    expect(answers()).toEqual([{ id: 1, code: 'KEY_REVOKED' }]);
  });

  it('new requests wait while the gateway is leaving', () => {
    const connection = open();
    connection.isLeaving = true;
    ide(request(1, 'tools/call'));
    lose(connection, { kind: 'restarting' });
    expect(written).toEqual([]);
    expect(open().sent).toHaveLength(1);
  });
});

describe('[RL5] a stateful conversation', () => {
  const initialize = request(0, 'initialize', { protocolVersion: '2025-11-25' });

  function established(): RecordingConnection {
    const connection = open();
    ide(initialize);
    connection.says(result(0, { protocolVersion: '2025-11-25' }));
    ide(notification('notifications/initialized'));
    return connection;
  }

  it('is put back on a new connection; the second answer is swallowed; then what waited goes', () => {
    const first = established();
    lose(first);
    ide(request(1, 'tools/call'));
    const next = open();
    expect(next.sent).toEqual([JSON.stringify(initialize)]);
    ide(request(2, 'tools/call'));
    expect(next.sent).toHaveLength(1);
    next.says(result(0, { protocolVersion: '2025-11-25' }));
    expect(
      next.sent.slice(1).map((line) => (JSON.parse(line) as { method: string; id?: number }).id),
    ).toEqual([undefined, 1, 2]);
    expect(next.sent[1]).toContain('notifications/initialized');
    expect(answers()).toEqual([{ id: 0, code: 'result' }]);
  });

  it('goes before the calls that were in flight, which go before those that waited', () => {
    const first = established();
    ide(request(1, 'tools/call'));
    ide(request(2, 'tools/call'));
    lose(first);
    ide(request(3, 'tools/call'));
    const next = open();
    expect(idsSent(next)).toEqual([0]);
    next.says(result(0));
    expect(idsSent(next)).toEqual([0, undefined, 1, 2, 3]);
  });

  it('is begun anew, and so are the calls, when a connection breaks before the second answer', () => {
    const first = established();
    ide(request(1, 'tools/call'));
    lose(first);
    lose(open());
    const third = open();
    third.says(result(0));
    expect(idsSent(third)).toEqual([0, undefined, 1]);
  });

  it('is not said twice when it had not been answered', () => {
    const first = open();
    ide(initialize);
    lose(first);
    const next = open();
    expect(next.sent).toHaveLength(1);
    next.says(result(0));
    expect(answers()).toEqual([{ id: 0, code: 'result' }]);
  });

  it('is not put back when it was refused', () => {
    const first = open();
    ide(initialize);
    first.says({ jsonrpc: '2.0', id: 0, error: { code: -32602, message: 'no' } });
    lose(first);
    expect(open().sent).toEqual([]);
  });

  it('sends `initialized` once, though it came while the connection was away', () => {
    const first = open();
    ide(initialize);
    first.says(result(0));
    lose(first);
    ide(notification('notifications/initialized'));
    const next = open();
    next.says(result(0));
    lose(next);
    const third = open();
    third.says(result(0));
    for (const connection of [next, third]) {
      expect(connection.sent.filter((line) => line.includes('notifications/initialized'))).toHaveLength(1);
    }
  });

  it('ends a connection that will not take it up, or says nothing', () => {
    const first = established();
    lose(first);
    const refusing = open();
    refusing.says({ jsonrpc: '2.0', id: 0, error: { code: -1, message: 'no' } });
    expect(refusing.isTerminated).toBe(true);
    lose(refusing);
    const silent = open();
    vi.advanceTimersByTime(4_000);
    expect(silent.isTerminated).toBe(true);
  });

  it('lets the gateway’s notifications through meanwhile', () => {
    lose(established());
    open().says(notification('notifications/message'));
    expect(answers().at(-1)).toEqual({ id: undefined, code: 'notifications/message' });
  });
});

describe('[RL6] cancelling', () => {
  const cancel = (requestId: unknown): void => ide(notification('notifications/cancelled', { requestId }));

  it('a request that waits: it is neither sent nor answered', () => {
    ide(request(1, 'tools/call'));
    cancel(1);
    vi.advanceTimersByTime(OUTAGE_TIMEOUT_MS);
    expect([open().sent, written]).toEqual([[], []]);
    expect(events).toContain('all answered');
  });

  it('a call that was under way when the connection broke: it is not sent again', () => {
    const connection = open();
    for (const id of [1, 2]) ide(request(id, 'tools/call'));
    lose(connection);
    cancel(1);
    const next = open();
    next.says(result(1));
    next.says(result(2));
    expect([idsSent(next), answers()]).toEqual([[2], [{ id: 2, code: 'result' }]]);
  });

  it('a request under way: the gateway hears of it, and the IDE hears no more', () => {
    const connection = open();
    ide(request(1, 'tools/call'));
    cancel(1);
    expect(connection.sent[1]).toContain('notifications/cancelled');
    connection.says({ jsonrpc: '2.0', id: 1, error: { code: -32800, message: 'cancelled' } });
    lose(connection);
    expect(written).toEqual([]);
  });
});

describe('[RL9] questions of the gateway', () => {
  const ask = request(5, 'elicitation/create');

  it('are carried, and their answers', () => {
    const connection = open();
    connection.says(ask);
    ide(result(5));
    expect([answers(), connection.sent]).toEqual([
      [{ id: 5, code: 'elicitation/create' }],
      [JSON.stringify(result(5))],
    ]);
  });

  it('die with their connection: the IDE is told, and its late answer goes nowhere', () => {
    const connection = open();
    connection.says(ask);
    lose(connection);
    expect(JSON.parse(written.at(-1) ?? '')).toMatchObject({
      method: 'notifications/cancelled',
      params: { requestId: 5 },
    });
    const next = open();
    ide(result(5));
    expect(next.sent).toEqual([]);
  });

  it('are answered for an IDE whose answer is too large', () => {
    const connection = open();
    connection.says(ask);
    relay.acceptTooLong({ id: 5, hasMethod: false });
    expect(JSON.parse(connection.sent[0] ?? '')).toMatchObject({ id: 5, error: { code: -32000 } });
    expect(written).toHaveLength(1);
  });
});

describe('[RL10] batches', () => {
  it('are carried whole, and each request in them is answered once', () => {
    const connection = open();
    ide([request(1, 'a'), notification('n'), request(2, 'b')]);
    expect(connection.sent).toHaveLength(1);
    connection.says(result(2));
    lose(connection);
    expect(answers()).toEqual([
      { id: 2, code: 'result' },
      { id: 1, code: 'CONNECTION_LOST' },
    ]);
  });

  it('of calls are sent again whole, and those with a part that may not be are not', () => {
    const connection = open();
    const batch = [request(1, 'tools/call'), request(2, 'tools/list')];
    ide(batch);
    ide([request(3, 'tools/call'), request(4, 'unknown')]);
    ide([request(5, 'tools/call'), notification('n')]);
    lose(connection);
    expect(answers()).toEqual([3, 4, 5].map((id) => ({ id, code: 'CONNECTION_LOST' })));
    expect(open().sent).toEqual([JSON.stringify(batch)]);
  });

  it('are sent again without what was answered or cancelled: its answer may be forgotten by now', () => {
    const first = open();
    ide([1, 2, 3, 4].map((id) => request(id, 'tools/call')));
    first.says(result(2));
    lose(first);
    ide(notification('notifications/cancelled', { requestId: 4 }));
    const next = open();
    expect(next.sent).toEqual([JSON.stringify([request(1, 'tools/call'), request(3, 'tools/call')])]);
    next.says(result(3));
    lose(next);
    expect(open().sent).toEqual([JSON.stringify([request(1, 'tools/call')])]);
  });

  it('of answers lose only the parts nobody waits for', () => {
    const connection = open();
    ide([request(1, 'a'), request(2, 'b')]);
    ide(notification('notifications/cancelled', { requestId: 1 }));
    connection.says([result(1), result(2)]);
    expect(JSON.parse(written[0] ?? '')).toEqual([result(2)]);
    expect(events).toContain('all answered');
  });

  it('with a part that is none are refused, every request by its id', () => {
    ide([request(1, 'a'), 3, request('x', 'b')]);
    ide([]);
    expect(answers()).toEqual([
      { id: 1, code: -32600 },
      { id: 'x', code: -32600 },
      { id: null, code: -32600 },
    ]);
  });
});

describe('[RL7] garbage from the IDE', () => {
  it.each([
    ['no JSON', 'hello', null, -32700],
    ['half a message', '{"jsonrpc":"2.0","id":1,"meth', null, -32700],
    ['a NUL', '{"jsonrpc":"2.0","id":1,"method":"a\0b"}', null, -32700],
    ['not an object', '42', null, -32600],
    ['null', 'null', null, -32600],
    ['no jsonrpc', '{"id":1,"method":"m"}', 1, -32600],
    ['an id of null', '{"jsonrpc":"2.0","id":null,"method":"m"}', null, -32600],
    ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"m"}', null, -32600],
    ['neither request nor answer', '{"jsonrpc":"2.0","id":"x"}', 'x', -32600],
  ])('%s is answered, and the next call works', (_, line, id, code) => {
    const connection = open();
    ide(line);
    ide(request(9, 'tools/call'));
    expect([answers(), connection.sent.length]).toEqual([[{ id, code }], 1]);
  });

  it('bytes that are not UTF-8 are not JSON', () => {
    relay.accept(
      Buffer.concat([
        Buffer.from('{"jsonrpc":"2.0","id":1,"method":"'),
        Buffer.from([0xc3, 0x28]),
        Buffer.from('"}'),
      ]),
    );
    expect(answers()).toEqual([{ id: null, code: -32700 }]);
  });

  it('a line over the limit is answered by its id', () => {
    relay.acceptTooLong({ id: 'big', hasMethod: true });
    expect(answers()).toEqual([{ id: 'big', code: 'MESSAGE_TOO_LARGE' }]);
  });
});

describe('[FR5] back-pressure', () => {
  it('stops reading the gateway while the IDE does not read', () => {
    const connection = open();
    isOutputFull = true;
    connection.says(notification('n'));
    expect(connection.isPaused).toBe(true);
    relay.outputDrained();
    expect(connection.isPaused).toBe(false);
  });

  it('stops reading the IDE while the gateway does not read', () => {
    const connection = open();
    connection.isFull = true;
    expect(relay.isFull).toBe(true);
    ide(request(1, 'tools/call'));
    expect(connection.sent).toEqual([]);
    connection.isFull = false;
    connection.listener?.drained();
    expect([connection.sent.length, events.includes('room')]).toEqual([1, true]);
  });
});

describe('ending', () => {
  it('answers whatever is left', () => {
    const connection = open();
    ide(request(1, 'tools/call'));
    lose(connection);
    ide(request(2, 'tools/call'));
    relay.abandon();
    expect(answers().map(({ id }) => id)).toEqual([1, 2]);
    expect(relay.isAllAnswered).toBe(true);
  });
});
