/** Where a gateway's origin leads. */
export interface GatewayPlace {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  /** `host` or `host:port`, for messages. */
  readonly authority: string;
}

/** @param origin as `parseGatewayOrigin` returns it */
export function gatewayPlace(origin: string): GatewayPlace {
  const url = new URL(origin);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 443 : Number(url.port),
    authority: url.host,
  };
}
