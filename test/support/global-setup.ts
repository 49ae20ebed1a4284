import { rm } from 'node:fs/promises';
import { buildBundle, outputPath } from '../../scripts/bundle.ts';
import { BUNDLES } from '../../scripts/bundles.ts';

/**
 * Brings `dist/` up to date with the sources, since many tests run the executables as users do. Files that would
 * not change are left as they are. Nothing else is started here: whatever a test needs, it starts and ends itself.
 *
 * An executable that can't be built is taken away, so that no test passes on an old one; tests that need it fail,
 * and the others still say what they have to say.
 */
export async function setup(): Promise<void> {
  for (const bundle of BUNDLES) {
    try {
      await buildBundle(bundle);
    } catch (error) {
      await rm(outputPath(bundle), { force: true });
      process.stderr.write(
        `${bundle.name} was not built: ${error instanceof Error ? error.message : error}\n`,
      );
    }
  }
}
