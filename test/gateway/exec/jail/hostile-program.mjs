/**
 * What somebody would try who owns a worker: a program for the jail, which says on descriptor 1 what it got. Its one
 * argument names the attack. It is run without Node's permission model, so that the jail stands alone.
 */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import { Worker } from 'node:worker_threads';

const { attack, ...given } = JSON.parse(process.argv[2]);

const tell = (what) => fs.writeSync(1, `${JSON.stringify(what)}\n`);
const tried = (run) => {
  try {
    return { got: run() };
  } catch (error) {
    return { refused: error.code ?? error.message };
  }
};

function connects(options) {
  return new Promise((resolve) => {
    try {
      net
        .connect(options)
        .on('connect', () => resolve('connected'))
        .on('error', (error) => resolve(error.code));
    } catch (error) {
      resolve(error.code);
    }
  });
}

/** Before anything of its own is open. What Node has for itself is neither a socket nor a file. */
function descriptors() {
  const open = [];
  for (let fd = 0; fd < 300; fd++) {
    const stat = tried(() => fs.fstatSync(fd)).got;
    if (stat && (stat.isSocket() || stat.isFile() || stat.isDirectory())) {
      const bytes = stat.isFile() ? tried(() => fs.readFileSync(fd, 'latin1')).got : undefined;
      open.push({ fd, kind: stat.isSocket() ? 'socket' : 'file', ...(bytes ? { bytes } : {}) });
    }
  }
  return open;
}

const inherited = descriptors();

const attacks = {
  survey: async () => ({
    files: Object.fromEntries(given.files.map((path) => [path, tried(() => fs.readFileSync(path).length)])),
    folders: Object.fromEntries(given.folders.map((path) => [path, tried(() => fs.readdirSync(path))])),
    writes: given.writes.map((path) => tried(() => fs.writeFileSync(path, 'written'))),
    network: await connects({ port: given.port, host: '127.0.0.1' }),
    socket: await connects({ path: given.socket }),
    environment: { ...process.env },
    folder: process.cwd(),
    uid: process.getuid(),
    gid: process.getgid(),
    groups: process.getgroups(),
    hostname: os.hostname(),
    descriptors: inherited,
    victim: tried(() => process.kill(given.victim, 0)),
    everybody: given.killsAll ? tried(() => process.kill(-1, 'SIGKILL')) : null,
    status: tried(() => fs.readFileSync('/proc/self/status', 'latin1')).got ?? null,
  }),
  fork: async () => {
    let started = 0;
    for (let i = 0; i < given.times; i++) {
      const one = tried(() =>
        spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }),
      );
      one.got?.on('error', () => {});
      if (one.got?.pid !== undefined) started++;
    }
    return { started };
  },
  shell: async () => ({ output: String(spawnSync(process.execPath, ['-p', '6 * 7']).stdout ?? '') }),
  orphan: async () => {
    // In a session of its own, so that it is in no group that is killed.
    const code = `setInterval(() => {}, 1000); '${given.mark}'`;
    const child = tried(() => spawn(process.execPath, ['-e', code], { detached: true, stdio: 'ignore' })).got;
    child?.on('error', () => {});
    return { hasStarted: child?.pid !== undefined };
  },
  compile: async () => {
    const module = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
    const thread = new Worker("require('node:worker_threads').parentPort.postMessage(7)", { eval: true });
    const answer = await new Promise((resolve) => thread.once('message', resolve));
    return { isModule: module instanceof WebAssembly.Module, answer };
  },
  hoard: async () => {
    const kept = [];
    // In pieces that are written to, so that they are really there; told as it goes, since it may end in the middle.
    for (let bytes = 0; bytes < given.most; bytes += 1_000_000) {
      kept.push(Buffer.alloc(1_000_000, 1));
      tell({ bytes });
    }
    process.exit(0);
  },
  threads: async () => {
    // Libuv's own, all started by the first thing that waits for one. Where one can't be had, it gives up the process.
    process.env.UV_THREADPOOL_SIZE = String(given.times);
    await fs.promises.stat('/').catch(() => {});
    return { times: given.times };
  },
  spin: async () => {
    for (;;);
  },
  abort: async () => process.abort(),
  wait: async () => ({}),
};

if (given.waitsForInput) {
  tell({ ready: true, inherited });
  fs.readSync(0, Buffer.alloc(1));
}
tell(await attacks[attack]());
setInterval(() => {}, 1000);
