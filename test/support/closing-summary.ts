import type { Reporter, TestModule } from 'vitest/node';

const SLOWEST_SHOWN = 5;
/** More than a few come from running a part of the tests on purpose. */
const SKIPPED_SHOWN = 10;

/** Closes a run with what a reader of a long log looks for: tests of each room, what was skipped, what is slow. */
export class ClosingSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rooms = new Map<string, { passed: number; failed: number; skipped: number }>();
    const skipped: string[] = [];
    for (const module of modules) {
      const room = roomOf(module.relativeModuleId);
      const counts = rooms.get(room) ?? { passed: 0, failed: 0, skipped: 0 };
      rooms.set(room, counts);
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed' || state === 'failed') counts[state] += 1;
        else {
          counts.skipped += 1;
          skipped.push(`${module.relativeModuleId} > ${test.fullName}`);
        }
      }
      // A file that failed to load has no tests, and must not look like one that passed.
      if (module.children.size === 0) counts.failed += 1;
    }
    const lines = [...rooms]
      .sort()
      .map(([room, { passed, failed, skipped: left }]) =>
        [
          room.padEnd(24),
          String(passed).padStart(5),
          String(failed).padStart(7),
          String(left).padStart(8),
        ].join(''),
      );
    const slowest = [...modules]
      .sort((a, b) => b.diagnostic().duration - a.diagnostic().duration)
      .slice(0, SLOWEST_SHOWN)
      .map((module) => `  ${Math.round(module.diagnostic().duration)} ms  ${module.relativeModuleId}`);
    print(['room                   passed failed skipped', ...lines]);
    if (skipped.length > 0) {
      const more = skipped.length > SKIPPED_SHOWN ? ['  …'] : [];
      print(['skipped:', ...skipped.slice(0, SKIPPED_SHOWN).map((name) => `  ${name}`), ...more]);
    }
    print(['slowest files:', ...slowest]);
  }
}

/** `gateway/repo` of `test/gateway/repo/path-guard.test.ts`. */
const roomOf = (path: string): string => path.split('/').slice(1, -1).slice(0, 2).join('/') || '(all)';

const print = (lines: readonly string[]): void => {
  process.stdout.write(`\n${lines.join('\n')}\n`);
};
