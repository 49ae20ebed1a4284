import type { WebSocket } from 'ws';
import { KEEP_ALIVE_INTERVAL_MS, KEEP_ALIVE_MISSED_PONGS } from '../../shared/limits.ts';

/** Pings each 15 s and ends a connection that has missed two pongs: a half-open TCP connection is else never noticed. */
export function keepAlive(socket: WebSocket): void {
  let missed = 0;
  const timer = setInterval(() => {
    if (missed >= KEEP_ALIVE_MISSED_PONGS) {
      // Not `close`: a black-holed peer never answers the closing handshake.
      socket.terminate();
      return;
    }
    missed += 1;
    socket.ping();
  }, KEEP_ALIVE_INTERVAL_MS);
  socket.on('pong', () => {
    missed = 0;
  });
  socket.once('close', () => clearInterval(timer));
}
