import { randomUUID } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { MAX_MESSAGE_TO_GATEWAY_BYTES } from '../shared/limits.ts';
import type { HostEnvironment } from '../shared/local/config-folders.ts';
import { resolveApiKey } from '../shared/local/key-source.ts';
import { openKeychain } from '../shared/local/keychain.ts';
import { resolveSettings, type SettingsFlags } from '../shared/local/settings.ts';
import type { Log } from './json-log.ts';
import { Relay } from './relay/relay.ts';
import { LineFramer } from './stdio/line-framer.ts';
import { LineWriter } from './stdio/line-writer.ts';
import { GatewayDialer } from './uplink/gateway-dialer.ts';
import { Uplink } from './uplink/uplink.ts';

export interface BridgeParts {
  readonly flags: SettingsFlags;
  readonly host: HostEnvironment;
  readonly input: Readable;
  readonly output: Writable;
  readonly log: Log;
}

/** A running bridge. */
export interface Bridge {
  /** Ends it: requests under way get until `graceMs`, all that are left an error. Resolves when stdout is written. */
  stop(graceMs: number): Promise<void>;
}

/** Milliseconds the last lines may take to leave through stdout. */
const FLUSH_TIMEOUT_MS = 150;

/**
 * Wires the bridge's parts together and starts it. The first dial begins at once, beside the reading of stdin: a
 * cold start is then as long as the longer of the two. It creates nothing at the gateway but a connection, for hosts
 * like to start a server twice and drop one.
 *
 * @param inputEnded the IDE has said farewell
 */
export function startBridge(parts: BridgeParts, inputEnded: () => void): Bridge {
  const { input, output, log, host } = parts;
  const keychain = openKeychain(host);
  const dialer = new GatewayDialer({
    loadSettings: () => resolveSettings(parts.flags, host),
    loadKey: (settings, signal) => resolveApiKey(settings, host, keychain, signal),
    instance: randomUUID(),
    nowS: () => Math.floor(Date.now() / 1000),
  });
  const nowMs = (): number => performance.now();
  let allAnswered: () => void = () => undefined;

  const writer = new LineWriter(output, () => relay.outputDrained());
  let uplink: Uplink | undefined;
  const relay: Relay = new Relay({
    uplink: (listener) => {
      uplink = new Uplink(
        { dial: (signal) => dialer.dial(signal), log, nowMs, random: Math.random },
        listener,
      );
      return uplink;
    },
    output: writer,
    log,
    nowMs,
    roomAgain: () => input.resume(),
    allAnswered: () => allAnswered(),
  });
  uplink?.start();

  const framer = new LineFramer(MAX_MESSAGE_TO_GATEWAY_BYTES, (line) => {
    if (line.kind === 'line') relay.accept(line.bytes);
    else relay.acceptTooLong(line.head);
  });
  let isEnded = false;
  const end = (): void => {
    if (isEnded) return;
    isEnded = true;
    framer.end();
    inputEnded();
  };
  input.on('data', (chunk: Buffer) => {
    framer.push(chunk);
    if (relay.isFull) input.pause();
  });
  // The MCP SDK's server listens to none of these three, and outlives its IDE.
  input.on('end', end);
  input.on('close', end);
  input.on('error', end);

  return {
    stop: async (graceMs) => {
      if (graceMs > 0 && !relay.isAllAnswered) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, graceMs);
          allAnswered = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      relay.abandon();
      uplink?.stop();
      await Promise.race([writer.flushed(), pause(FLUSH_TIMEOUT_MS)]);
    },
  };
}

const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));
