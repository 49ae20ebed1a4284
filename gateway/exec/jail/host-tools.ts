/**
 * The programs a jail is made of. At fixed places: found by PATH, one that somebody put there would run outside of
 * any jail, with the gateway's rights.
 */
export const PRLIMIT = '/usr/bin/prlimit';
export const SETPRIV = '/usr/bin/setpriv';
export const CHOOM = '/usr/bin/choom';
export const UNSHARE = '/usr/bin/unshare';
export const BUBBLEWRAP = '/usr/bin/bwrap';
