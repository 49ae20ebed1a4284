import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from './bundle.ts';

/** One command of a job, named for the person who reads the job's end. */
export interface Step {
  readonly name: string;
  /** A script, and its arguments. */
  readonly script: string;
  readonly args: readonly string[];
}

const bin = (packagePath: string): string => join(ROOT, 'node_modules', packagePath);

export const FORMAT_AND_LINT: Step = {
  name: 'formatter and linter',
  script: bin('@biomejs/biome/bin/biome'),
  args: ['check', '--error-on-warnings', '.'],
};
export const TYPES: Step = { name: 'types', script: bin('typescript/bin/tsc'), args: ['-p', '.'] };
export const vitest = (name: string, args: readonly string[]): Step => ({
  name,
  script: bin('vitest/vitest.mjs'),
  args: ['run', ...args],
});

export const benchmark = (name: string): Step => ({
  name,
  script: join(ROOT, 'bench', `${name}.ts`),
  args: [],
});

/**
 * Runs each step by this very Node, one after the other and all of them, so that one run shows everything that is
 * wrong; ends with a line for each. Sets the process's exit code.
 */
export async function runSteps(steps: readonly Step[]): Promise<void> {
  const lines: string[] = [];
  for (const { name, script, args } of steps) {
    const startedMs = performance.now();
    const child = spawn(process.execPath, [script, ...args], { cwd: ROOT, stdio: 'inherit' });
    const [code] = await once(child, 'exit');
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    lines.push(`${code === 0 ? 'passed' : 'FAILED'}  ${name} (${seconds} s)`);
    if (code !== 0) process.exitCode = 1;
  }
  process.stdout.write(`\n${lines.join('\n')}\n`);
}
