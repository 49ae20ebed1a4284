import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { HostEnvironment } from './config-folders.ts';

/**
 * The address of the user's D-Bus session bus on Linux. IDEs start their children with a stripped environment, so
 * `DBUS_SESSION_BUS_ADDRESS` is often missing; on systemd machines the bus is a socket in the user's runtime
 * folder. Only a socket of this user's own counts: whoever answers there is handed the keychain's questions.
 *
 * @returns `null` where there is no bus. D-Bus itself would then start one through X11, which could hold no keys
 * and would outlive the bridge.
 */
export function findSessionBus(host: HostEnvironment): string | null {
  const given = host.env['DBUS_SESSION_BUS_ADDRESS'];
  if (given !== undefined && given !== '') return given;
  const folders = [host.env['XDG_RUNTIME_DIR'], host.uid === undefined ? undefined : `/run/user/${host.uid}`];
  for (const folder of folders) {
    if (folder === undefined || folder === '') continue;
    const socket = join(folder, 'bus');
    const stats = statSync(socket, { throwIfNoEntry: false });
    if (stats?.isSocket() === true && stats.uid === host.uid) return `unix:path=${socket}`;
  }
  return null;
}
