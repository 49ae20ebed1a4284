/** The few methods of MCP whose names a relay must know, and why. */

/** Opens a conversation of the stateful revisions (2024-11-05 to 2025-11-25); put back after a reconnect. */
export const INITIALIZE = 'initialize';
export const INITIALIZED = 'notifications/initialized';
/** Names a request, in `params.requestId`, whose answer is no longer wanted. */
export const CANCELLED = 'notifications/cancelled';

const LISTS: ReadonlySet<string> = new Set([
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
]);

/** Part of the opening exchange, for which some IDEs allow 10 s in all. Lists are only until their first answer. */
export const isList = (method: string): boolean => LISTS.has(method);
export const isOpening = (method: string): boolean => method === INITIALIZE || method === 'server/discover';

/** Reads and questions: asked twice, they change nothing. */
const READS: ReadonlySet<string> = new Set([
  'ping',
  'resources/read',
  'prompts/get',
  'completion/complete',
  'subscriptions/listen',
]);

export const isRead = (method: string): boolean => isList(method) || isOpening(method) || READS.has(method);

/**
 * Requests that may be sent again after a connection broke, though nobody knows whether the first one arrived: those
 * that change nothing, and `tools/call`, which the gateway knows again by key, instance and id, so that it is run,
 * charged and recorded once. Of any other method nobody knows what a second time would do.
 */
export const isHarmless = (method: string): boolean => isRead(method) || method === 'tools/call';
