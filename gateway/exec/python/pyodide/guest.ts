/**
 * What runs inside the jail: CPython in WebAssembly (Pyodide), for one program. The gateway believes nothing it says.
 *
 * Python and JavaScript meet at two device files and nowhere else: one is the gateway's channel, the other sleeps. So no
 * JavaScript object is put within a program's reach, whose `constructor.constructor` was the way out of many a sandbox of
 * this kind, and Pyodide's own bridge is unhooked before the program comes.
 */
import childProcess from 'node:child_process';
import { closeSync, constants, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import type { loadPyodide, PyodideAPI } from 'pyodide';
import {
  CHANNEL_FD,
  encodeFrame,
  FrameReader,
  type FromGuest,
  type ToGuest,
} from '../../guests/guest-frames.ts';
import { PRELOADED_MODULES } from './python-side/preloaded-modules.ts';
import { PYTHON_SIDE } from './python-side/sources.ts';

/** A file of the gateway's, handed over behind the channel. */
const SNAPSHOT_FD = CHANNEL_FD + 1;
const CHANNEL_DEVICE = '/dev/gateway';
const SLEEP_DEVICE = '/dev/sleep';
/** Under which the Python half waits in the snapshot. */
const PYTHON_SIDE_MODULE = '_python_side';
/** Bytes of the one frame that holds a program and its limits. */
const MAX_RUN_FRAME_BYTES = 1024 * 1024;

/** The parts of Emscripten's module that Pyodide hands through without types. */
interface EmscriptenModule {
  readonly HEAP8: Int8Array;
  readonly _Py_EMSCRIPTEN_SIGNAL_HANDLING: number;
  Py_EmscriptenSignalBuffer: { 0: number };
}

interface EmscriptenDevices {
  makedev(major: number, minor: number): number;
  registerDevice(device: number, operations: DeviceOperations): void;
  mkdev(path: string, mode: number, device: number): void;
}

interface DeviceOperations {
  open(stream: { seekable: boolean }): void;
  close(): void;
  read(stream: unknown, memory: Int8Array, offset: number, length: number): number;
  write(stream: unknown, memory: Int8Array, offset: number, length: number): number;
}

/** The Python half's two functions, as Pyodide wraps them. */
interface PythonSide {
  prepare(channelDevice: string, sleepDevice: string): void;
  run(code: string): void;
}

/** Makes the memory of an interpreter that has loaded everything, and writes it to the channel. */
export async function makeSnapshot(folder: string): Promise<void> {
  const python = await startPython(folder, { _makeSnapshot: true });
  python.runPython(`import ${PRELOADED_MODULES.join(', ')}`);
  python.runPython(
    `import sys, types
sys.modules['${PYTHON_SIDE_MODULE}'] = side = types.ModuleType('${PYTHON_SIDE_MODULE}')
exec(compile(${JSON.stringify(PYTHON_SIDE)}, '<sandbox>', 'exec'), side.__dict__)
del side`,
  );
  const snapshot = python.makeMemorySnapshot();
  for (let at = 0; at < snapshot.length; ) at += writeSync(CHANNEL_FD, snapshot, at);
}

/** Comes up from a snapshot, says so, runs what it is sent, and waits to be killed. */
export async function serveOneProgram(folder: string): Promise<void> {
  const memory = new MemoryCap();
  const deadline = new Deadline();
  forgetProcesses();
  const python = await startPython(folder, { _loadSnapshot: takeSnapshot() });
  // Emscripten's module, which Pyodide's types leave out.
  const { _module: module } = python as unknown as { readonly _module: EmscriptenModule };
  addDevice(python, CHANNEL_DEVICE, 80, {
    read: (buffer, offset, length) => readSync(CHANNEL_FD, buffer, offset, length, null),
    write: (buffer, offset, length) => writeSync(CHANNEL_FD, buffer, offset, length),
  });
  addDevice(python, SLEEP_DEVICE, 81, {
    read: () => 0,
    write: (buffer, offset, length) => {
      const bytes = new DataView(buffer.buffer, buffer.byteOffset + offset, length);
      deadline.sleep(bytes.getFloat64(0, true) * 1000);
      return length;
    },
  });
  deadline.watch(module);
  const side: PythonSide = python.runPython(`import sys; sys.modules.pop('${PYTHON_SIDE_MODULE}')`);
  const { run } = side;
  side.prepare(CHANNEL_DEVICE, SLEEP_DEVICE);
  forgetSnapshot(python);
  hideFrames();
  say({ type: 'ready' });
  const job = readRun();
  memory.allow(module.HEAP8.length + job.memoryBytes);
  deadline.start(job.timeoutMs);
  try {
    run(job.code);
  } catch (error) {
    // The stack of JavaScript ran out below Python, which then can't go on; Python would have called it this. Whatever
    // else was thrown below Python is the program's work too: it ended its own interpreter, or broke it.
    const [type, message] =
      error instanceof RangeError
        ? ['RecursionError', 'maximum recursion depth exceeded']
        : ['SystemError', 'the interpreter was ended'];
    say({
      type: 'end',
      end: { kind: 'raised', type, message, line: null, traceback: `${type}: ${message}\n` },
    });
  }
}

/** Once: before there is a program, nothing of the gateway's is open but the channel. */
function takeSnapshot(): Buffer {
  const snapshot = readFileSync(SNAPSHOT_FD);
  closeSync(SNAPSHOT_FD);
  return snapshot;
}

/**
 * Emscripten answers `os.system` with a shell of the host's, by Node's own module. Node's permission model and the jail
 * would both say no; here there is nobody to ask.
 */
function forgetProcesses(): void {
  for (const name of [
    'spawn',
    'spawnSync',
    'exec',
    'execSync',
    'execFile',
    'execFileSync',
    'fork',
  ] as const) {
    Object.defineProperty(childProcess, name, { value: () => NO_SHELL });
  }
}

/**
 * Errors of JavaScript, once there is a program to see one, have no frames: those would tell the host's paths, and hand
 * the host's own functions to whoever hooks the formatting of a trace.
 */
function hideFrames(): void {
  Object.defineProperty(Error, 'stackTraceLimit', { value: 0, writable: false, configurable: false });
}

/** What a shell says of a command that there is none of. */
const NO_SHELL = { status: 127, signal: null };

/** Some 40 MB that a waiting worker would hold for nothing: the file's bytes, and the machine code's. */
function forgetSnapshot(python: PyodideAPI): void {
  // Pyodide keeps its options for good; its types leave that out.
  const { _api: api } = python as unknown as {
    readonly _api: { readonly config: { _loadSnapshot?: unknown } };
  };
  delete api.config._loadSnapshot;
  // There by a flag of the engine's. Left alone it comes too late: a waiting worker makes no garbage.
  globalThis.gc?.();
}

const say = (message: FromGuest): void => {
  const frame = encodeFrame(message);
  for (let at = 0; at < frame.length; ) at += writeSync(CHANNEL_FD, frame, at);
};

function readRun(): Extract<ToGuest, { readonly type: 'run' }> {
  const frames = new FrameReader(MAX_RUN_FRAME_BYTES);
  const chunk = Buffer.alloc(64 * 1024);
  for (;;) {
    const length = readSync(CHANNEL_FD, chunk, 0, chunk.length, null);
    if (length === 0) throw new Error('the gateway is gone');
    for (const text of frames.add(Buffer.from(chunk.subarray(0, length)))) {
      // The gateway's own words.
      const message = JSON.parse(text) as ToGuest;
      if (message.type === 'run') return message;
    }
  }
}

type PyodideOptions = NonNullable<Parameters<typeof loadPyodide>[0]>;

async function startPython(folder: string, options: PyodideOptions): Promise<PyodideAPI> {
  // Emscripten asks it for the numbers of open(2), and Node's permission model takes it away.
  Object.defineProperty(process, 'binding', { value: () => ({ fs: constants }) });
  // Pyodide's own module, by the folder that the gateway found it in.
  const module = (await import(pathToFileURL(join(folder, 'pyodide.mjs')).href)) as {
    readonly loadPyodide: typeof loadPyodide;
  };
  const lock = JSON.parse(readFileSync(join(folder, 'pyodide-lock.json'), 'utf8'));
  return module.loadPyodide({
    indexURL: folder,
    // No packages to offer, and nowhere to get them from.
    lockFileContents: { ...lock, packages: {} },
    packageBaseUrl: '/',
    // What `import js` would have given.
    jsglobals: {},
    // All a program can see of an environment. One hash seed for all runs: it is in the snapshot.
    env: { HOME: '/', PYTHONHASHSEED: '0' },
    // `sys.executable` would else be this script, by its path on the host.
    _sysExecutable: 'python3',
    enableRunUntilComplete: false,
    stdin: () => null,
    stdout: () => {},
    stderr: () => {},
    ...options,
  });
}

function addDevice(
  python: PyodideAPI,
  path: string,
  major: number,
  operations: {
    readonly read: (memory: Int8Array, offset: number, length: number) => number;
    readonly write: (memory: Int8Array, offset: number, length: number) => number;
  },
): void {
  // Emscripten's file system has them; its types leave them out.
  const devices = python.FS as unknown as EmscriptenDevices;
  const device = devices.makedev(major, 0);
  devices.registerDevice(device, {
    open: (stream) => {
      stream.seekable = false;
    },
    close: () => {},
    read: (_stream, memory, offset, length) => operations.read(memory, offset, length),
    write: (_stream, memory, offset, length) => operations.write(memory, offset, length),
  });
  devices.mkdev(path, 0o600, device);
}

/**
 * Refuses memory that the program is not allowed, a little before the kernel would: then Python gets to raise a
 * MemoryError, and V8, which needs some itself, is not the one that is told no.
 */
class MemoryCap {
  #maxBytes = Number.POSITIVE_INFINITY;

  /** To be made before the interpreter's memory is. */
  constructor() {
    const cap = this;
    // Node has it; the types that we compile with have it with the browser's only.
    const { Memory } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyMemories }).WebAssembly;
    const { grow } = Memory.prototype;
    Memory.prototype.grow = function (this: WebAssemblyMemory, pages: number): number {
      if (this.buffer.byteLength + pages * WASM_PAGE_BYTES > cap.#maxBytes)
        throw new RangeError('no more memory');
      return grow.call(this, pages);
    };
  }

  allow(bytes: number): void {
    this.#maxBytes = bytes;
  }
}

const WASM_PAGE_BYTES = 65_536;

interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface WebAssemblyMemories {
  readonly Memory: { readonly prototype: WebAssemblyMemory };
}

/** Stops the program where it stands in Python, with what it has printed; the gateway's kill is for the rest. */
class Deadline {
  readonly #nobody = new Int32Array(new SharedArrayBuffer(4));
  #at = Number.POSITIVE_INFINITY;

  /** A little early, so that the program's last words arrive before the gateway's kill does. */
  start(timeoutMs: number): void {
    this.#at = performance.now() + Math.max(timeoutMs / 2, timeoutMs - EARLY_MS);
  }

  /** Not past the deadline. */
  sleep(ms: number): void {
    const left = Math.max(0, Math.min(ms, this.#at - performance.now()));
    Atomics.wait(this.#nobody, 0, 0, left);
  }

  /** The interpreter reads this every some fifty steps: a number of a signal, or 0. */
  watch(module: EmscriptenModule): void {
    const deadline = this;
    module.HEAP8[module._Py_EMSCRIPTEN_SIGNAL_HANDLING] = 1;
    module.Py_EmscriptenSignalBuffer = {
      get 0() {
        if (performance.now() < deadline.#at) return 0;
        // Once: what ends the run is not to be interrupted in its turn.
        deadline.#at = Number.POSITIVE_INFINITY;
        return SIGINT;
      },
      set 0(_cleared) {},
    };
  }
}

const SIGINT = 2;
const EARLY_MS = 25;
