import { type BuiltBundle, buildBundle, hasEntry } from './bundle.ts';
import { BUNDLES } from './bundles.ts';

export interface BuildReport {
  readonly built: readonly BuiltBundle[];
  /** Entries that do not exist; empty unless `isPartial`. */
  readonly skipped: readonly string[];
}

/**
 * Builds all bundles.
 * @param options.isPartial leaves out bundles whose entry does not exist yet, instead of failing
 */
export async function buildAll(options: { readonly isPartial: boolean }): Promise<BuildReport> {
  const skipped = BUNDLES.filter((bundle) => !hasEntry(bundle)).map(({ entry }) => entry);
  if (skipped.length > 0 && !options.isPartial) throw new Error(`missing: ${skipped.join(', ')}`);
  const built = await Promise.all(BUNDLES.filter(hasEntry).map(buildBundle));
  return { built, skipped };
}
