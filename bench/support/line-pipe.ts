import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

/**
 * The floor under a bridge: lines of standard input go through one TLS WebSocket and what comes back goes to standard
 * output. No key, no signature, no reconnecting, no bounds. Arguments: URL, CA file.
 */
const [url = '', caFile = ''] = process.argv.slice(2);
const socket = new WebSocket(url, { ca: readFileSync(caFile), perMessageDeflate: false });
const early: string[] = [];
const lines = createInterface({ input: process.stdin });

lines.on('line', (line) => {
  if (socket.readyState === WebSocket.OPEN) socket.send(line);
  else early.push(line);
});
lines.on('close', () => socket.close());
socket.on('open', () => {
  for (const line of early) socket.send(line);
});
socket.on('message', (data) => process.stdout.write(`${data}\n`));
socket.on('close', () => process.exit(0));
