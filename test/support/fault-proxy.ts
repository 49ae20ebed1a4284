import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network between bridges and a gateway that fails when it is told to. It sees TLS only, and changes no byte. */
export interface FaultProxy {
  readonly port: number;
  /** Where connections made from now on lead. */
  target: number;
  /** Connections open now, each with both its sockets. */
  readonly open: number;
  /** Connections cut so far. */
  readonly cuts: number;
  /** Cuts everything that is open, without a farewell. */
  cut(): void;
  /** Cuts the connection over which the so-manieth byte from now passes, either way, behind that byte. */
  cutAfter(bytes: number): void;
  /** Carries nothing more, and closes nothing, until told to `flow`. */
  stall(): void;
  flow(): void;
  /** Resolves when nothing is open. */
  drained(): Promise<void>;
  close(): Promise<void>;
}

export async function startFaultProxy(): Promise<FaultProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const waiters = new Set<() => void>();
  const state = { target: 0, cuts: 0, bytesLeft: Number.POSITIVE_INFINITY, isStalled: false };

  const destroy = (pair: readonly [Socket, Socket]): void => {
    if (!pairs.delete(pair)) return;
    for (const socket of pair) socket.destroy();
    if (pairs.size === 0) for (const waiter of [...waiters]) waiter();
  };
  const cut = (pair: readonly [Socket, Socket]): void => {
    state.cuts += 1;
    destroy(pair);
  };

  const carry = (from: Socket, to: Socket, pair: readonly [Socket, Socket]): void => {
    from.on('data', (bytes: Buffer) => {
      if (bytes.length < state.bytesLeft) {
        state.bytesLeft -= bytes.length;
        if (!to.write(bytes)) from.pause();
        return;
      }
      const last = bytes.subarray(0, state.bytesLeft);
      state.bytesLeft = Number.POSITIVE_INFINITY;
      // What was let through arrives; then both ends see a reset.
      to.write(last, () => cut(pair));
    });
    to.on('drain', () => {
      if (!state.isStalled) from.resume();
    });
    from.on('end', () => to.end());
    from.on('error', () => destroy(pair));
    from.on('close', () => destroy(pair));
  };

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const gateway = connect({ port: state.target, host: '127.0.0.1', allowHalfOpen: true });
    const pair = [client, gateway] as const;
    pairs.add(pair);
    carry(client, gateway, pair);
    carry(gateway, client, pair);
    if (state.isStalled) for (const socket of pair) socket.pause();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    get target() {
      return state.target;
    },
    set target(port: number) {
      state.target = port;
    },
    get open() {
      return pairs.size;
    },
    get cuts() {
      return state.cuts;
    },
    cut: () => {
      for (const pair of [...pairs]) cut(pair);
    },
    cutAfter: (bytes) => {
      state.bytesLeft = bytes;
    },
    stall: () => {
      state.isStalled = true;
      for (const socket of [...pairs].flat()) socket.pause();
    },
    flow: () => {
      state.isStalled = false;
      for (const socket of [...pairs].flat()) socket.resume();
    },
    drained: () =>
      new Promise((resolve) => {
        const look = (): void => {
          if (pairs.size > 0) return;
          waiters.delete(look);
          resolve();
        };
        waiters.add(look);
        look();
      }),
    close: async () => {
      for (const pair of [...pairs]) destroy(pair);
      server.close();
      await once(server, 'close');
    },
  };
}
