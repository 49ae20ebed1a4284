import { z } from 'zod';
import { MAX_GLOB_BYTES, MAX_GLOBS, MAX_PATH_BYTES, MAX_SPAN_BYTES } from '../../shared/limits.ts';
import { MAX_CURSOR_CHARS } from '../repo/repo-limits.ts';

/** Arguments that several tools take, described once. */
const MAX_ID_CHARS = 64;

/** What `rlm_session_create` gives, as every tool’s own description of the order of work says. */
export const sessionId = z.string().min(1).max(MAX_ID_CHARS);
export const fileHandle = z.string().min(1).max(MAX_ID_CHARS).describe('Handle from rlm_fs_handle_create.');
export const repoPath = (what: string) => z.string().min(1).max(MAX_PATH_BYTES).describe(what);
export const globs = (what: string) =>
  z.array(z.string().min(1).max(MAX_GLOB_BYTES)).max(MAX_GLOBS).optional().describe(what);
export const maxBytes = z
  .number()
  .int()
  .min(1)
  .max(MAX_SPAN_BYTES)
  .default(MAX_SPAN_BYTES)
  .describe('Cut the content after this many bytes.');
export const cursor = z
  .string()
  .min(1)
  .max(MAX_CURSOR_CHARS)
  .optional()
  .describe('next_cursor of the page before.');
