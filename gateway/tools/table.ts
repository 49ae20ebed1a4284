import { chunkCreate } from './chunk-create.ts';
import { chunkGet } from './chunk-get.ts';
import { execRun } from './exec-run.ts';
import { fsHandleCreate } from './fs-handle-create.ts';
import { fsList } from './fs-list.ts';
import { fsManifest } from './fs-manifest.ts';
import { provenanceReport } from './provenance-report.ts';
import { rootsSet } from './roots-set.ts';
import { searchQuery } from './search-query.ts';
import { searchRegex } from './search-regex.ts';
import { sessionClose } from './session-close.ts';
import { sessionCreate } from './session-create.ts';
import { spanRead } from './span-read.ts';
import type { Tool } from './tool.ts';

/** Every tool, in the order `tools/list` shows: the order of work. Adding one touches its file and this list. */
export const TOOLS: readonly Tool[] = [
  sessionCreate,
  sessionClose,
  rootsSet,
  fsList,
  fsManifest,
  fsHandleCreate,
  spanRead,
  chunkCreate,
  chunkGet,
  searchQuery,
  searchRegex,
  execRun,
  provenanceReport,
];

/** `rlm.span.read` as model APIs allow it: `rlm_span_read`. */
export const underscored = (name: string): string => name.replaceAll('.', '_');

export class ToolTable {
  readonly tools: readonly Tool[];
  readonly #byName = new Map<string, Tool>();

  /** @throws `TypeError` where two tools share a name in either form */
  constructor(tools: readonly Tool[]) {
    this.tools = tools;
    for (const tool of tools) {
      for (const name of [tool.name, underscored(tool.name)]) {
        if (this.#byName.has(name)) throw new TypeError(`two tools are called ${name}`);
        this.#byName.set(name, tool);
      }
    }
  }

  /** @param name dotted or underscored */
  find(name: string): Tool | null {
    return this.#byName.get(name) ?? null;
  }
}
