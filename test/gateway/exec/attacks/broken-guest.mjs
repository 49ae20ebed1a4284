/**
 * A guest whose first wall is broken: it speaks the gateway's protocol as an honest one does, and its interpreter is the
 * Node it stands on. What a program gains here is what only the second wall kept from it.
 *
 * A program is a function's body, with Node's modules by name; what it returns is its result.
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import vm from 'node:vm';

const CHANNEL_FD = 3;

function say(message) {
  const text = Buffer.from(JSON.stringify(message));
  const header = Buffer.alloc(4);
  header.writeUInt32LE(text.length);
  const frame = Buffer.concat([header, text]);
  for (let at = 0; at < frame.length; ) at += fs.writeSync(CHANNEL_FD, frame, at);
}

function hear() {
  let bytes = Buffer.alloc(0);
  const chunk = Buffer.alloc(65_536);
  for (;;) {
    if (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32LE(0)) {
      return JSON.parse(bytes.subarray(4, 4 + bytes.readUInt32LE(0)).toString());
    }
    bytes = Buffer.concat([bytes, chunk.subarray(0, fs.readSync(CHANNEL_FD, chunk))]);
  }
}

say({ type: 'ready' });
const { code } = hear();
const print = (text) => say({ type: 'output', stream: 'stdout', text: `${text}\n` });
try {
  // Not `eval`: Node's flags may forbid that, and a program that is out has ways to run that need no text.
  const program = vm.compileFunction(`return (async () => {${code}\n})()`, [
    'fs',
    'net',
    'childProcess',
    'print',
  ]);
  await program(fs, net, childProcess, print);
  say({ type: 'end', end: { kind: 'completed', result: null } });
} catch (error) {
  const message = String(error?.code ?? error?.message).slice(0, 200);
  say({ type: 'end', end: { kind: 'raised', type: 'Error', message, line: null, traceback: message } });
}
setInterval(() => {}, 1_000);
