/**
 * What Node has no call for and Linux offers as files: opening relative to a descriptor (`openat`) and asking where a
 * descriptor really is. Both go through `/proc/self/fd`, whose entries lead to the object itself, not to its name.
 */
import { closeSync, constants, fstatSync, openSync, readlinkSync } from 'node:fs';
import { RlmError } from '../../shared/errors/rlm-error.ts';

/** From Linux's `fcntl.h`: a descriptor that names an object without opening it, so that no FIFO or device wakes. */
export const O_PATH = 0o10000000;

/** Opens for reading only. A FIFO or a lease can't block us, and a terminal can't become ours. */
export const READ_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

export const procPathOf = (fd: number): string => `/proc/self/fd/${fd}`;

/** A name inside an open directory. The name must be one segment and neither `.` nor `..`. */
export const childPathOf = (directoryFd: number, name: string): string =>
  `/proc/self/fd/${directoryFd}/${name}`;

/** Where an open object is now, as bytes: names need not be UTF-8. */
export const locationOf = (fd: number): Buffer => readlinkSync(procPathOf(fd), 'buffer');

/**
 * Fails early and clearly where the race-free walk can't work, instead of refusing every path later.
 *
 * @throws `SETTINGS_INVALID` no Linux, or no `/proc` in this container
 */
export function requireProcFd(directoryFd: number): void {
  let probe: number | undefined;
  try {
    probe = openSync(procPathOf(directoryFd), O_PATH);
    const [asked, found] = [fstatSync(directoryFd, { bigint: true }), fstatSync(probe, { bigint: true })];
    if (asked.ino === found.ino && asked.dev === found.dev && locationOf(probe)[0] === 0x2f) return;
  } catch (cause) {
    throw noProcFd(cause);
  } finally {
    if (probe !== undefined) closeSync(probe);
  }
  throw noProcFd(undefined);
}

const noProcFd = (cause: unknown): RlmError =>
  new RlmError(
    'SETTINGS_INVALID',
    'The gateway needs Linux with /proc mounted: it decides access on open descriptors.',
    {
      cause,
    },
  );
