import { bundlePath } from '../../scripts/bundle.ts';
import type { E2eGateway } from './e2e-gateway.ts';

/** How an IDE's configuration would name the built bridge for this gateway, with the key in the environment. */
export interface BridgeLaunch {
  readonly command: string;
  readonly args: string[];
  readonly env: Record<string, string>;
}

export const BRIDGE = bundlePath('rlm-bridge');

export function bridgeLaunch(
  gateway: Pick<E2eGateway, 'url' | 'fingerprint' | 'ca' | 'adminKey'>,
  own: {
    readonly node?: string;
    readonly key?: string;
    readonly pin?: string;
    readonly url?: string;
    readonly ca?: string | null;
    readonly extraArgs?: readonly string[];
  } = {},
): BridgeLaunch {
  const ca = own.ca === undefined ? gateway.ca : own.ca;
  return {
    command: own.node ?? process.execPath,
    args: [
      BRIDGE,
      '--gateway',
      own.url ?? gateway.url,
      '--gateway-key',
      own.pin ?? gateway.fingerprint,
      ...(ca === null ? [] : ['--ca', ca]),
      '--key-source',
      'env',
      ...(own.extraArgs ?? []),
    ],
    // The six variables that SDK-based clients pass on, and the key.
    env: {
      HOME: '/nonexistent',
      LOGNAME: 'dev',
      PATH: '/usr/bin:/bin',
      SHELL: '/bin/sh',
      TERM: 'dumb',
      USER: 'dev',
      RLM_GATEWAY_API_KEY: own.key ?? gateway.adminKey,
    },
  };
}
