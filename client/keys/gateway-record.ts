import type { HostEnvironment } from '../../shared/local/config-folders.ts';
import { readUserConfig, type UserConfig, writeUserConfig } from '../../shared/local/user-config.ts';

/** What the user's settings hold of one gateway that was logged in to. */
export type GatewayRecord = UserConfig['gateways'][string];

/** Stores or replaces a gateway's record; the first gateway becomes the default. */
export async function putGatewayRecord(
  host: HostEnvironment,
  origin: string,
  record: GatewayRecord,
): Promise<void> {
  const config = await readUserConfig(host);
  await writeUserConfig(host, {
    ...config,
    default_gateway: config.default_gateway ?? origin,
    gateways: { ...config.gateways, [origin]: record },
  });
}

/** Takes a gateway's record away; if it was the default, the only one left becomes it, if there is one. */
export async function dropGatewayRecord(host: HostEnvironment, origin: string): Promise<void> {
  const { default_gateway, gateways, ...rest } = await readUserConfig(host);
  const left = Object.fromEntries(Object.entries(gateways).filter(([known]) => known !== origin));
  const [only, ...others] = Object.keys(left);
  const heir = others.length === 0 ? only : undefined;
  const next = default_gateway === origin ? heir : default_gateway;
  await writeUserConfig(host, {
    ...rest,
    ...(next === undefined ? {} : { default_gateway: next }),
    gateways: left,
  });
}

/** The record of `origin`, or undefined where it was never logged in to. */
export const recordOf = (config: UserConfig, origin: string): GatewayRecord | undefined =>
  Object.hasOwn(config.gateways, origin) ? config.gateways[origin] : undefined;
