import { describe, expect, test } from 'vitest';
import { OutputBuffer } from '../../../gateway/exec/output-buffer.ts';
import { MAX_EXEC_OUTPUT_BYTES } from '../../../shared/limits.ts';

const CUT = `\n[output cut: a run may print ${MAX_EXEC_OUTPUT_BYTES} bytes]\n`;

describe('a program’s output', () => {
  test('is kept as it is, each stream by itself', () => {
    const output = new OutputBuffer();
    output.add('stdout', 'a\0b');
    output.add('stderr', 'x');
    output.add('stdout', 'ü\n');
    expect([output.stdout, output.stderr]).toEqual(['a\0bü\n', 'x']);
  });

  test('exactly at the limit is whole; one byte more is cut, with a line that says so', () => {
    const whole = new OutputBuffer();
    whole.add('stdout', 'x'.repeat(MAX_EXEC_OUTPUT_BYTES));
    expect(whole.stdout).toHaveLength(MAX_EXEC_OUTPUT_BYTES);
    whole.add('stderr', 'y');
    expect(whole.stderr).toBe(CUT);
    whole.add('stdout', 'z');
    expect(whole.stdout).not.toContain('z');
  });

  test('both streams share the limit, and characters are not cut in two', () => {
    const output = new OutputBuffer();
    output.add('stderr', 'e'.repeat(MAX_EXEC_OUTPUT_BYTES - 3));
    output.add('stdout', '€€');
    expect(output.stdout).toBe(`€${CUT}`);
    const odd = new OutputBuffer();
    odd.add('stdout', `${'x'.repeat(MAX_EXEC_OUTPUT_BYTES - 2)}€`);
    expect(odd.stdout.endsWith(`x${CUT}`)).toBe(true);
  });

  test('control characters count for what they take in an answer', () => {
    const output = new OutputBuffer();
    for (let n = 0; n < 64; n += 1) output.add('stdout', '\u0001'.repeat(16 * 1024));
    const answer = JSON.stringify({ stdout: output.stdout });
    expect(Buffer.byteLength(JSON.stringify(answer)) + Buffer.byteLength(answer)).toBeLessThan(
      5 * 1024 * 1024,
    );
    expect(output.stdout.endsWith(CUT)).toBe(true);
  });

  test('one text far over the limit is kept up to it', () => {
    const output = new OutputBuffer();
    output.add('stdout', '😀'.repeat(MAX_EXEC_OUTPUT_BYTES));
    const kept = Buffer.byteLength(output.stdout) - Buffer.byteLength(CUT);
    expect(kept).toBeGreaterThan(MAX_EXEC_OUTPUT_BYTES - 4);
    expect(output.stdout).not.toContain('\ufffd');
  });

  test('half a surrogate pair is replaced: it could not be sent', () => {
    const output = new OutputBuffer();
    output.add('stdout', 'a\ud800b');
    expect(output.stdout).toBe('a\ufffdb');
  });
});
