/** A worker that comes up as Monty does, and then says what a test wants. */
import { spawn } from 'node:child_process';
import type { Jail } from '../../../../../gateway/exec/jail/jail.ts';

const SCRIPT = `
  const says = Buffer.from(process.argv[1], 'hex');
  const frame = (bytes) => { const h = Buffer.alloc(4); h.writeUInt32LE(bytes.length); return Buffer.concat([h, bytes]); };
  const end = (code) => {
    const many = Buffer.concat(Array(300).fill(Buffer.from(process.argv[3], 'hex')));
    process.stdout.write(many, () => process.exit(code));
  };
  let buffer = Buffer.alloc(0), requests = 0;
  process.stdin.on('data', (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
    while (buffer.length >= 4 && buffer.length >= 4 + buffer.readUInt32LE(0)) {
      buffer = buffer.subarray(4 + buffer.readUInt32LE(0));
      requests += 1;
      const ok = Buffer.from('5200', 'hex');
      if (requests === 1 || requests === 3) process.stdout.write(frame(ok));
      if (requests === 2) for (const hex of ['0a0408011200', '32040a021200']) process.stdout.write(frame(Buffer.from(hex, 'hex')));
      if (requests === 5) process.stdout.write(says, () => { if (process.argv[2]) end(Number(process.argv[2])); });
    }
  });
  process.stdin.resume();`;

/**
 * @param says what it writes once it has got the program
 * @param end with which code it ends then, and what it writes before that, three hundred times; else it stays
 */
export function hostileJail(says: Buffer, end?: { readonly code: number; readonly saying: Buffer }): Jail {
  return {
    level: 'limits',
    spawn: ({ stdio }) => {
      const last = end === undefined ? [] : [String(end.code), end.saying.toString('hex')];
      const args = ['-e', SCRIPT, says.toString('hex'), ...last];
      const child = spawn(process.execPath, args, { env: {}, stdio: [...stdio] });
      return { child, limitMemory: async () => {}, kill: () => child.kill('SIGKILL') };
    },
  };
}

/** A message as it travels. */
export function framed(hex: string): Buffer {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  const header = Buffer.alloc(4);
  header.writeUInt32LE(bytes.length);
  return Buffer.concat([header, bytes]);
}
