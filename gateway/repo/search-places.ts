import type { PathGuard } from './path-guard.ts';
import { unlessRefused } from './refused.ts';
import { scopesOf } from './scopes.ts';

/** A file or folder that a search may look at. */
export interface SearchPlace {
  /** Where it really is, after all links. */
  readonly path: string;
  readonly diskPath: string;
  readonly isFolder: boolean;
  readonly size: bigint;
}

/**
 * What a search of this scope looks at, each let through by the guard. Of several roots those that have gone are left
 * out.
 *
 * @throws `PATH_OUTSIDE_ROOTS`, `PATH_RESTRICTED`, `NOT_FOUND`, `NOT_A_FILE` for `scope`
 */
export async function searchPlaces(
  guard: PathGuard,
  roots: readonly string[],
  scope: string,
): Promise<SearchPlace[]> {
  const open = async (path: string): Promise<SearchPlace> => {
    await using opened = await guard.open(path, roots, 'either');
    const { diskPath, stat } = opened;
    return { path: opened.path, diskPath, isFolder: stat.isDirectory(), size: stat.size };
  };
  const scopes = scopesOf(scope, roots);
  if (scopes.length === 1 && scopes[0] === scope) return [await open(scope)];
  const places = await Promise.all(scopes.map((path) => unlessRefused(open(path))));
  return places.filter((place) => place !== undefined);
}
