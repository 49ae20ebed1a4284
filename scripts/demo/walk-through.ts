import { readdir, stat } from 'node:fs/promises';
import { chunks, created, found, handle, listing, manifest, ran, span } from './answers.ts';
import { type Disk, sha256 } from './disk.ts';
import { expectThat } from './expect-that.ts';
import type { Ide } from './ide.ts';
import { count, type Narrator, oneLine } from './narrator.ts';

/** Lines of the span that is read, from the middle of the longest file. */
const SPAN_LINES = 40;
/** Longest file that is chosen, so that its lines fit a span's bytes: longer ones are mostly generated. */
const MAX_LINES = 3_000;
const MAX_AVERAGE_LINE_BYTES = 60;
/** Files whose lines a program counts, and characters of their paths: they are part of it, and a program has 10 KiB. */
const MAX_COUNTED_FILES = 50;
const MAX_COUNTED_PATH = 100;
const CODE = /\.(c|cc|cpp|cs|go|h|java|js|kt|mjs|php|py|rb|rs|swift|ts|tsx)$/;

interface Listed {
  readonly path: string;
  readonly size: number;
  readonly hash: string;
  readonly lines: number;
}

/**
 * What an agent does with a repository it has never seen: looks around, chooses a file, reads some lines of it and
 * searches for what it found there. Each answer is compared with the repository on disk.
 *
 * @returns the id of the session, still open, and what was read of the file
 */
export async function walkThrough(
  ide: Ide,
  disk: Disk,
  narrator: Narrator,
): Promise<{ readonly session: string; readonly text: string }> {
  const session = await openSession(ide, narrator);
  await lookAround(ide, disk, narrator, session);
  const { file, files } = await takeInventory(ide, disk, narrator, session);
  const fileHandle = await openFile(ide, disk, narrator, session, file);
  const text = await readLines(ide, disk, narrator, session, file, fileHandle);
  await readChunk(ide, disk, narrator, session, file, fileHandle);
  await search(ide, disk, narrator, session, text);
  await runCode(ide, narrator, session, files);
  await tryTheForbidden(ide, narrator, session);
  return { session, text };
}

async function openSession(ide: Ide, narrator: Narrator): Promise<string> {
  const session = await narrator.step('session create', async () => {
    const value = created.parse(await ide.call('rlm_session_create', {}));
    const commit = value.commit === null ? 'not a Git repository' : `commit ${value.commit.slice(0, 10)}`;
    return {
      value: value.session_id,
      said: `${value.repo}, ${commit}, ${value.config.max_tool_calls} calls allowed`,
    };
  });
  await narrator.step('roots set', async () => {
    const result = await ide.call('rlm_roots_set', { session_id: session, roots: ['.'] });
    expectThat(JSON.stringify(result['roots']) === '["."]', 'the roots are not the ones that were asked for');
    return { value: undefined, said: 'the whole repository' };
  });
  return session;
}

function lookAround(ide: Ide, disk: Disk, narrator: Narrator, session: string): Promise<void> {
  return narrator.step('list', async () => {
    const { entries } = listing.parse(
      await ide.call('rlm_fs_list', { session_id: session, root: '.', depth: 1 }),
    );
    const onDisk = await readdir(disk.pathOf('.'));
    for (const { type, path } of entries.filter((entry) => entry.type !== 'truncated')) {
      const stats = await stat(disk.pathOf(path));
      expectThat(stats.isDirectory() === (type === 'directory'), `${path} is no ${type}`);
    }
    expectThat(!entries.some(({ path }) => path === '.git'), '.git is listed, and must be closed');
    const closed = onDisk.includes('.git') ? '; .git is there and not shown' : '';
    return {
      value: undefined,
      said: `${count(entries.length, 'entry', 'entries')} at the top${closed}`,
    };
  });
}

/** @returns a file worth reading, the longest of ordinary source, and all files of the first page */
function takeInventory(
  ide: Ide,
  disk: Disk,
  narrator: Narrator,
  session: string,
): Promise<{ readonly file: Listed; readonly files: readonly Listed[] }> {
  return narrator.step('manifest', async () => {
    const page = manifest.parse(await ide.call('rlm_fs_manifest', { session_id: session, root: '.' }));
    for (const { path, size, hash } of page.files) {
      const bytes = await disk.bytesOf(path);
      expectThat(bytes.length === size, `${path} has ${bytes.length} bytes, not ${size}`);
      expectThat(sha256(bytes).startsWith(hash), `the hash of ${path} is not that of its bytes`);
    }
    const texts = page.files.filter(({ size, lines }) => isOrdinary(size, lines));
    const code = texts.filter(({ path }) => CODE.test(path));
    const [first, ...rest] = code.length > 0 ? code : texts;
    expectThat(first !== undefined, 'no file of this repository has ordinary lines of text');
    const file = rest.reduce((longest, other) => (other.lines > longest.lines ? other : longest), first);
    const more = page.next_cursor === undefined ? '' : ', and more pages';
    const value = { file, files: page.files };
    return { value, said: `${count(page.files.length, 'file')}${more}; every size and hash is the disk’s` };
  });
}

const isOrdinary = (size: number, lines: number): boolean =>
  lines > 0 && lines <= MAX_LINES && size / lines <= MAX_AVERAGE_LINE_BYTES;

function openFile(ide: Ide, disk: Disk, narrator: Narrator, session: string, file: Listed): Promise<string> {
  return narrator.step('handle', async () => {
    const args = { session_id: session, file_path: file.path };
    const value = handle.parse(await ide.call('rlm_fs_handle_create', args));
    expectThat(value.sha256 === sha256(await disk.bytesOf(file.path)), 'the hash is not that of the file');
    expectThat(value.total_lines === file.lines, 'handle and manifest count different lines');
    return { value: value.file_handle, said: `${file.path}, ${count(value.total_lines, 'line')}` };
  });
}

/** @returns what was read */
function readLines(
  ide: Ide,
  disk: Disk,
  narrator: Narrator,
  session: string,
  file: Listed,
  fileHandle: string,
): Promise<string> {
  return narrator.step('span', async () => {
    const first = Math.max(1, Math.floor((file.lines - SPAN_LINES) / 2));
    const asked = { start_line: first, end_line: Math.min(file.lines, first + SPAN_LINES - 1) };
    const answer = await ide.call('rlm_span_read', {
      session_id: session,
      file_handle: fileHandle,
      ...asked,
    });
    const read = span.parse(answer);
    const expected = await disk.linesOf(file.path, read.start_line, read.end_line);
    const isWhole = read.end_line === asked.end_line && !read.metadata.is_truncated;
    expectThat(
      isWhole ? read.content === expected : expected.startsWith(read.content),
      'these are not the file’s lines',
    );
    expectThat(read.provenance.sha256 === sha256(read.content), 'the span’s hash is not that of its content');
    const said = `lines ${read.start_line} to ${read.end_line}, equal to the disk’s: “${oneLine(read.content, 40)}”`;
    return { value: read.content, said };
  });
}

async function readChunk(
  ide: Ide,
  disk: Disk,
  narrator: Narrator,
  session: string,
  file: Listed,
  fileHandle: string,
): Promise<void> {
  const plan = await narrator.step('chunk create', async () => {
    const args = { session_id: session, file_handle: fileHandle, chunk_size: 50, overlap: 5 };
    const value = chunks.parse(await ide.call('rlm_chunk_create', args)).chunks;
    const last = value.at(-1);
    expectThat(last !== undefined, 'the file was cut into no chunks');
    return {
      value: last,
      said: `${count(value.length, 'chunk')}, the last of lines ${last.start_line} to ${last.end_line}`,
    };
  });
  await narrator.step('chunk get', async () => {
    const read = span.parse(
      await ide.call('rlm_chunk_get', { session_id: session, chunk_id: plan.chunk_id }),
    );
    expectThat(read.start_line === plan.start_line, 'the chunk begins elsewhere than it was planned');
    const expected = await disk.linesOf(file.path, read.start_line, read.end_line);
    expectThat(expected.startsWith(read.content) && read.content !== '', 'the chunk is not the file’s lines');
    return { value: undefined, said: `${count(read.metadata.line_count, 'line')}, equal to the disk’s` };
  });
}

/** Searches all of the repository for the longest word of what was read. */
function search(ide: Ide, disk: Disk, narrator: Narrator, session: string, text: string): Promise<void> {
  return narrator.step('search', async () => {
    const [first = '', ...words] = text.match(/[A-Za-z_][A-Za-z0-9_]{3,}/g) ?? [];
    const word = words.reduce((longest, other) => (other.length > longest.length ? other : longest), first);
    expectThat(word !== '', 'nothing in the span can be searched for');
    const pattern = `\\b${word}\\b`;
    const { results } = found.parse(
      await ide.call('rlm_search_regex', { session_id: session, pattern, scope: '.', k: 10 }),
    );
    expectThat(results.length > 0, `${word} was read, and is not found`);
    for (const { file_path, start_line, snippet } of results) {
      const line = await disk.linesOf(file_path, start_line, start_line);
      expectThat(new RegExp(pattern).test(line), `line ${start_line} of ${file_path} has no ${word}`);
      expectThat(line.includes(snippet), `line ${start_line} of ${file_path} is not what was shown`);
    }
    const files = new Set(results.map(({ file_path }) => file_path)).size;
    return {
      value: undefined,
      said: `${word}: ${count(results.length, 'line')} of ${count(files, 'file')}, each at its place`,
    };
  });
}

/** Has the gateway count the lines of many files: one call, and only the sum comes here. */
async function runCode(
  ide: Ide,
  narrator: Narrator,
  session: string,
  files: readonly Listed[],
): Promise<void> {
  if (!(await ide.toolNames()).includes('rlm_exec_run')) {
    narrator.line(
      '     run code: not offered, since this host has no walls strong enough (see the gateway’s log)',
    );
    return;
  }
  await narrator.step('run code', async () => {
    const counted = files
      .filter(({ path }) => CODE.test(path) && path.length <= MAX_COUNTED_PATH)
      .slice(0, MAX_COUNTED_FILES);
    const code = `sum(read_span(p, 1, 1)["total_lines"] for p in ${JSON.stringify(counted.map(({ path }) => path))})`;
    const { result, sandbox, provenance } = ran.parse(
      await ide.call('rlm_exec_run', { session_id: session, code }),
    );
    const expected = counted.reduce((sum, { lines }) => sum + lines, 0);
    expectThat(result === expected, `the program counted ${result} lines, and there are ${expected}`);
    expectThat(
      provenance.inputs_total === counted.length,
      'not every file that was read is in the provenance',
    );
    const said = `${count(result, 'line')} in ${count(counted.length, 'file')}, counted there by Python (${sandbox.engine}, ${sandbox.isolation})`;
    return { value: undefined, said };
  });
}

async function tryTheForbidden(ide: Ide, narrator: Narrator, session: string): Promise<void> {
  const forbidden = [
    ['.git/config', 'PATH_RESTRICTED'],
    ['../../etc/passwd', 'PATH_OUTSIDE_ROOTS'],
  ] as const;
  for (const [path, expected] of forbidden) {
    await narrator.step(`read ${path}`, async () => {
      const code = await ide.callRefused('rlm_fs_handle_create', { session_id: session, file_path: path });
      expectThat(code === expected, `refused as ${code}, not as ${expected}`);
      return { value: undefined, said: `refused: ${code}` };
    });
  }
}
