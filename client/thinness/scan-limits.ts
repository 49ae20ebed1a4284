/** Bounds of a scan: past them the folder is no thin workspace, whatever else is in it. */

/** Files and folders that are looked at; a thin workspace has some dozens. */
export const MAX_SCANNED_ENTRIES = 20_000;
/** Folders below one another. */
export const MAX_SCAN_DEPTH = 32;
/** Findings that are kept; more would tell nobody more. */
export const MAX_FINDINGS = 1_000;
/** Bytes of a text that is read. Notes are shorter; a longer one could hold a whole repository. */
export const MAX_TEXT_BYTES = 1_048_576;
/** Bytes of an IDE's or our own settings file. */
export const MAX_CONFIG_BYTES = 65_536;
/** Bytes of a picture or a PDF. */
export const MAX_DOCUMENT_BYTES = 33_554_432;
/** Lines of one fenced block of code in a note: a snippet, not a file. */
export const MAX_FENCE_LINES = 60;
