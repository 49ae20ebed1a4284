import { createHash } from 'node:crypto';
import { z } from 'zod';

/**
 * `.rlm/manifest.json`: the files `init` wrote into the workspace, and their hashes. What still has its hash is
 * ours to renew or to remove; what has another was changed by the user and is theirs.
 */
export interface Manifest {
  readonly version: 1;
  /** SHA-256 in hex, by path in the workspace. */
  readonly files: Readonly<Record<string, string>>;
}

export const EMPTY_MANIFEST: Manifest = { version: 1, files: {} };

/** A path that stays in the workspace: a cloned manifest must not make `remove` delete anything else. */
const InsidePath = z
  .string()
  .max(256)
  .refine((path) => path !== '' && !/[\\\0:]/.test(path) && path.split('/').every(isPlainSegment));

const isPlainSegment = (segment: string): boolean => segment !== '' && segment !== '.' && segment !== '..';

const Shape = z.object({
  version: z.literal(1),
  files: z.record(InsidePath, z.string().regex(/^[0-9a-f]{64}$/)),
});

/** @returns null where it is not a manifest of ours */
export function parseManifest(text: string): Manifest | null {
  try {
    const parsed = Shape.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export function formatManifest(files: ReadonlyMap<string, string>): string {
  const sorted = [...files].sort(([one], [other]) => (one < other ? -1 : 1));
  const hashes = Object.fromEntries(sorted.map(([path, content]) => [path, sha256(content)]));
  return `${JSON.stringify({ version: 1, files: hashes } satisfies Manifest, null, 2)}\n`;
}

export const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');
