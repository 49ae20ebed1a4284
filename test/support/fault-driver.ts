import { setTimeout as pause } from 'node:timers/promises';
import type { E2eGateway } from './e2e-gateway.ts';
import type { FaultProxy } from './fault-proxy.ts';
import type { Chance } from './fault-seed.ts';

/** Milliseconds a stall or a stopped process lasts at most: long for a call, short for the bridge's 45 s. */
const MAX_FAULT_MS = 700;
/** Bytes of TLS within which a cut comes: from the middle of an upgrade to some answers later. */
const MAX_BYTES_TO_CUT = 24_000;

/** A fault as it was decided, so that a failing run can be told. */
export type Fault =
  | { readonly kind: 'cut' }
  | { readonly kind: 'cut after'; readonly bytes: number }
  | { readonly kind: 'stall'; readonly ms: number; readonly isCut: boolean }
  | { readonly kind: 'kill'; readonly downMs: number }
  | { readonly kind: 'stop'; readonly ms: number; readonly isCut: boolean; readonly isKilled: boolean };

/** In every run, in this order; the others come by chance. */
const FIRST_KINDS = ['kill', 'cut after', 'stop', 'stall', 'cut'] as const;
const LATER_KINDS = ['kill', 'cut after', 'cut after', 'cut after', 'cut', 'stall', 'stop'] as const;

/** The faults of one run, all of them decided before it begins: a seed always gives the same ones. */
export const decideFaults = (chance: Chance, count: number): readonly Fault[] =>
  Array.from({ length: count }, (_, index) => decide(chance, FIRST_KINDS[index] ?? chance.pick(LATER_KINDS)));

function decide(chance: Chance, kind: Fault['kind']): Fault {
  const ms = chance.between(1, MAX_FAULT_MS);
  const isCut = chance.between(0, 1) === 1;
  switch (kind) {
    case 'cut':
      return { kind };
    case 'cut after':
      return { kind, bytes: chance.between(1, MAX_BYTES_TO_CUT) };
    case 'stall':
      return { kind, ms, isCut };
    case 'kill':
      return { kind, downMs: chance.between(0, 1) * ms };
    case 'stop':
      return { kind, ms, isCut, isKilled: chance.between(0, 3) === 0 };
  }
}

/** Lets one fault happen; resolves when it is over, but for a cut that waits for its byte. */
export async function inflict(fault: Fault, gateway: E2eGateway, proxy: FaultProxy): Promise<void> {
  switch (fault.kind) {
    case 'cut':
      proxy.cut();
      return;
    case 'cut after':
      proxy.cutAfter(fault.bytes);
      return;
    case 'stall':
      proxy.stall();
      await pause(fault.ms);
      // Silence that ends in a reset: nobody knows what arrived.
      if (fault.isCut) proxy.cut();
      proxy.flow();
      return;
    case 'kill':
      await gateway.stop('SIGKILL');
      await pause(fault.downMs);
      await gateway.start();
      return;
    case 'stop': {
      process.kill(gateway.pid, 'SIGSTOP');
      await pause(fault.ms);
      // Cut while it is stopped: it wakes to calls that come a second time before it has missed their connection.
      if (fault.isCut) proxy.cut();
      if (fault.isKilled) {
        await gateway.stop('SIGKILL');
        await gateway.start();
      } else {
        process.kill(gateway.pid, 'SIGCONT');
      }
    }
  }
}
