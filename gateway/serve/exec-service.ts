import { Executor } from '../exec/executor.ts';
import { ISOLATION_DESCRIPTIONS } from '../exec/jail/isolation-descriptions.ts';
import { NoJailError, type ProbedJail, type ProbeOptions, probeJail } from '../exec/jail/probe-jail.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ToolServices } from '../tools/tool.ts';
import type { GatewayConfig } from './gateway-config.ts';

/**
 * Makes what runs code, where the configuration asks for it and the host's walls are strong enough; else says in the log
 * why this gateway runs none.
 * @param cacheFolder of the gateway's own, private
 * @param candidates jails to look for instead of all
 */
export async function startExec(
  config: GatewayConfig['exec'],
  cacheFolder: string,
  logger: Logger,
  candidates?: ProbeOptions['candidates'],
): Promise<ToolServices['exec']> {
  if (!config.enabled) return null;
  const minimumLevel = config.minimum_isolation;
  const probed = await probe({ minimumLevel, ...(candidates === undefined ? {} : { candidates }) });
  for (const { level, reason } of probed.refused) logger.event('exec_isolation_refused', { level, reason });
  if (!('jail' in probed)) {
    logger.event('exec_off', { minimum_isolation: minimumLevel });
    return null;
  }
  const { jail } = probed;
  const executor = new Executor({
    jail,
    snapshotFolder: cacheFolder,
    onFault: (engine, reason) => logger.event('exec_fault', { engine, reason }),
    ...(config.max_concurrent === undefined ? {} : { concurrency: config.max_concurrent }),
  });
  const { python, javascript } = executor.engines;
  logger.event('exec_on', {
    isolation: jail.level,
    keeps_from: ISOLATION_DESCRIPTIONS[jail.level],
    python: python.join(','),
    javascript: javascript.join(','),
  });
  // The door need not wait for it: whoever comes first waits for the first worker.
  void executor.warm().then(() => executor.prepareFullTier());
  return { executor, maxTimeoutMs: config.max_timeout_ms };
}

const probe = (options: ProbeOptions): Promise<ProbedJail | NoJailError> =>
  probeJail(options).catch((error: unknown) => {
    if (error instanceof NoJailError) return error;
    throw error;
  });
