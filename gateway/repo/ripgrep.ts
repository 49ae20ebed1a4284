/**
 * Runs ripgrep over folders of the repository and collects what it proposes. Nothing it says is shown to a caller
 * before the guard has read the same line: see regex-search.ts.
 *
 * The pattern goes in on stdin and all else that a caller chose in a nameless configuration file, since argument lists
 * are open to every user of a host. No shell, and nothing else in the environment. The plain output is used rather than `--json`, which lists every match of a line: `.` on one line
 * of 16 MB cost 1.07 GB of memory and 870 MB of output there, 290 MB and one line here.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { rgPath } from '@vscode/ripgrep';
import { type Proposal, ProposalReader } from './proposal-reader.ts';
import {
  MAX_ENGINE_GLOB_BYTES,
  MAX_ENGINE_STDERR_BYTES,
  MAX_HITS_PER_FILE,
  MAX_SEARCHED_FILE_BYTES,
  MAX_SEARCHED_LINE_BYTES,
} from './repo-limits.ts';
import { unnamedFile } from './unnamed-file.ts';

export interface RipgrepRequest {
  /** The repository's root: a path to its descriptor. */
  readonly cwd: string;
  /** Paths below `cwd` in the disk's spelling, at least one. */
  readonly diskPaths: readonly string[];
  /** One line, not empty. */
  readonly pattern: string;
  readonly includeGlobs: readonly string[];
  readonly restrictedGlobs: readonly string[];
  /** Which files' hits are wanted; asked before a hit takes one of the places. */
  readonly isWanted: (path: string) => boolean;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface RipgrepOutcome {
  readonly proposals: readonly Proposal[];
  /** Whether these are all hits there are. */
  readonly isComplete: boolean;
  /** Why the pattern is none, in words that name no file. */
  readonly badPattern?: string;
  /** What went wrong with the engine, in words that name no file. */
  readonly fault?: string;
}

const NOT_STARTED = 'The search engine could not be started.';

type Engine = ChildProcessByStdio<Writable, Readable, Readable>;

/** Ends when ripgrep does, when enough is found, at the timeout, or when `signal` aborts; never rejects. */
export async function runRipgrep(request: RipgrepRequest): Promise<RipgrepOutcome> {
  const reader = new ProposalReader(request.isWanted);
  let isEnded = false;
  let stderr = '';
  const child = await start(request);
  if (child === undefined) return { proposals: [], isComplete: false, fault: NOT_STARTED };
  const end = (): void => {
    isEnded = true;
    // It writes nothing and holds nothing, so the plainest signal is the safest.
    child.kill('SIGKILL');
  };
  const timer = setTimeout(end, request.timeoutMs);
  request.signal?.addEventListener('abort', end, { once: true });
  if (request.signal?.aborted === true) end();
  child.stdout.on('data', (chunk: Buffer) => {
    if (isEnded) return;
    reader.add(chunk);
    if (reader.isFull) end();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (stderr.length < MAX_ENGINE_STDERR_BYTES) stderr += chunk.toString('utf8');
  });
  // A child that ends before it has read its pattern breaks the pipe; how it ended says more.
  child.stdin.on('error', () => {});
  child.stdin.end(`${request.pattern}\n`);
  try {
    const exit = await exitOf(child);
    const found = { proposals: reader.proposals, isComplete: !isEnded && !reader.hasDropped };
    return isEnded ? found : { ...found, ...complaintOf(exit, stderr) };
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener('abort', end);
  }
}

/** Where ripgrep finds its configuration: the descriptor behind stdin, stdout and stderr. */
const CONFIGURATION = { RIPGREP_CONFIG_PATH: '/proc/self/fd/3' };

/** Most failures to start are events on the child; some are thrown, and all mean the same to a caller. */
async function start(request: RipgrepRequest): Promise<Engine | undefined> {
  const unsafe = request.diskPaths.filter((path) => !fitsOneLine(path));
  try {
    await using configuration = await unnamedFile(`${configurationFor(request).join('\n')}\n`);
    const child = spawn(rgPath, unsafe.map(asArgument), {
      cwd: request.cwd,
      env: CONFIGURATION,
      stdio: ['pipe', 'pipe', 'pipe', configuration.fd],
      shell: false,
    });
    return child as Engine;
  } catch {
    return undefined;
  }
}

/**
 * ripgrep takes white space off each line of its configuration. The few file names that end in some are arguments
 * after all: names of files that are there, not text of a caller's making.
 */
const fitsOneLine = (text: string): boolean => text === text.trim() && !/[\r\n]/.test(text);

/** `./` also keeps a file named `-` from being read as stdin. */
const asArgument = (path: string): string => `./${path}`;

/** Include globs only save work, so a list that cannot be written down as it is, or is very long, is left out whole. */
function affordable(globs: readonly string[]): readonly string[] {
  const bytes = globs.reduce((sum, glob) => sum + Buffer.byteLength(glob), 0);
  return bytes <= MAX_ENGINE_GLOB_BYTES && globs.every(fitsOneLine) ? globs : [];
}

function configurationFor(request: RipgrepRequest): string[] {
  return [
    '--hidden',
    '--no-ignore',
    '--no-follow',
    '--no-messages',
    '--no-mmap',
    '--color=never',
    '--no-heading',
    '--with-filename',
    '--null',
    '--line-number',
    '--column',
    '--crlf',
    '--engine=default',
    '--regex-size-limit=16M',
    '--dfa-size-limit=16M',
    // One thread and a fixed order: the same search gives the same answer, also when it is cut.
    '--sort=path',
    `--max-filesize=${MAX_SEARCHED_FILE_BYTES}`,
    `--max-columns=${MAX_SEARCHED_LINE_BYTES}`,
    // One more than is kept, so that a file with too many can be told from one with just enough.
    `--max-count=${MAX_HITS_PER_FILE + 1}`,
    ...affordable(request.includeGlobs).map((glob) => `--glob=${glob}`),
    ...request.restrictedGlobs.map((glob) => `--iglob=!${glob}`),
    '--file=-',
    '--',
    ...request.diskPaths.filter(fitsOneLine).map(asArgument),
  ];
}

interface Exit {
  readonly code: number | null;
  readonly hasStarted: boolean;
}

function exitOf(child: Engine): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', () => {
      // Also emitted when a kill fails; then `close` still comes.
      if (child.pid === undefined) resolve({ code: null, hasStarted: false });
    });
    child.once('close', (code: number | null) => resolve({ code, hasStarted: true }));
  });
}

/** ripgrep exits with 0 for hits, 1 for none, 2 for any error, hits or not. */
function complaintOf(exit: Exit, stderr: string): Pick<RipgrepOutcome, 'badPattern' | 'fault'> {
  if (!exit.hasStarted) return { fault: NOT_STARTED };
  if (exit.code === 0 || exit.code === 1) return {};
  if (exit.code !== 2) return { fault: 'The search engine ended unexpectedly.' };
  if (stderr.includes('regex parse error')) return { badPattern: parseReason(stderr) };
  if (stderr.includes('is not allowed in a regex')) {
    return { badPattern: 'it can only match inside a line, so it can hold no line break' };
  }
  if (stderr.includes('exceeds size limit')) return { badPattern: 'it is too large once compiled' };
  return {
    fault: stderr === '' ? 'Some files could not be searched.' : 'The search engine refused the search.',
  };
}

/** The line that says why, without the copy of the pattern above it. */
function parseReason(stderr: string): string {
  const reason = /^error: ([^\n/\\]{1,200})$/m.exec(stderr)?.[1];
  return reason ?? 'it is no regular expression';
}
