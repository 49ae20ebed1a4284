import { expect, test } from 'vitest';
import * as limits from '../../shared/limits.ts';

/** The contract's numbers: agents are told them, and count on them. */
test('limits of the tool contract', () => {
  expect(limits).toMatchObject({
    MAX_SPAN_LINES: 200,
    MAX_SPAN_BYTES: 8192,
    MAX_CHUNK_LINES: 200,
    MAX_CHUNK_BYTES: 8192,
    MAX_CHUNKS_PER_CREATE: 50,
    MAX_FS_LIST_ITEMS: 1000,
    MAX_SEARCH_RESULTS: 10,
    MAX_SNIPPET_CHARS: 200,
    MAX_EXEC_CODE_SIZE: 10_240,
    MAX_EXEC_TIMEOUT_MS: 5_000,
    MAX_CONFIGURED_EXEC_TIMEOUT_MS: 30_000,
    MAX_EXEC_MEMORY_MB: 256,
    MIN_EXEC_MEMORY_MB: 16,
    MAX_EXEC_OUTPUT_BYTES: 1_048_576,
    MAX_SESSION_OUTPUT_BYTES: 10_485_760,
  });
});

/** Numbers that both ends of a connection enforce on each other: one that changes alone breaks the older peer. */
test('limits of the wire', () => {
  expect(limits).toMatchObject({
    MAX_MESSAGE_TO_GATEWAY_BYTES: 4_194_304,
    MAX_MESSAGE_FROM_GATEWAY_BYTES: 8_388_608,
    MAX_WAITING_BYTES: 1_048_576,
    MAX_CONTROL_FRAME_BYTES: 512,
    ACK_EVERY_MESSAGES: 32,
    ACK_WITHIN_MS: 250,
    LEDGER_LIFETIME_MS: 900_000,
    KEEP_ALIVE_INTERVAL_MS: 15_000,
    KEEP_ALIVE_MISSED_PONGS: 2,
    MAX_SIGNATURE_LIFETIME_S: 60,
    MAX_CLOCK_SKEW_S: 30,
  });
});

/** Times that IDEs force on us: they give up a request at 60 s, and some a start at 10 s. */
test('deadlines of the bridge', () => {
  expect(limits).toMatchObject({
    OUTAGE_TIMEOUT_MS: 45_000,
    OPENING_TIMEOUT_MS: 8_000,
    KEYCHAIN_TIMEOUT_MS: 3_000,
  });
});
