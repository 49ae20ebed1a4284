import { outsideRoots } from './path-error.ts';
import { comparePaths, isWithin } from './repo-path.ts';

/**
 * The part of a requested folder that the session may see: the folder itself when a root holds it, otherwise the roots
 * below it. So `.` means "everything I may see" also in a session whose roots are a few folders.
 *
 * @returns in listing order, none inside another
 * @throws `PATH_OUTSIDE_ROOTS` no root holds it or lies below it
 */
export function scopesOf(requested: string, roots: readonly string[]): string[] {
  if (roots.some((root) => isWithin(requested, root))) return [requested];
  const below = roots.filter((root) => isWithin(root, requested)).sort(comparePaths);
  if (below.length === 0) throw outsideRoots(requested);
  return below.filter((root, i) => !below.some((other, j) => j < i && isWithin(root, other)));
}
