import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, Json } from '../gateway/exec/engine.ts';
import type { Jail } from '../gateway/exec/jail/jail.ts';
import { probeJail } from '../gateway/exec/jail/probe-jail.ts';
import { quickjsEngine } from '../gateway/exec/javascript/engine.ts';
import { checkJavaScript } from '../gateway/exec/javascript/policy.ts';
import { PolicyRefusal } from '../gateway/exec/policy-refusal.ts';
import { checkPython } from '../gateway/exec/python/policy.ts';
import { pyodideEngine } from '../gateway/exec/python/pyodide/engine.ts';

/**
 * What programs have, asked of the engines themselves: of each name that the language has, whether it is there and
 * whether the policy lets it pass.
 */
export async function renderExec(): Promise<string> {
  const snapshotFolder = await mkdtemp(join(tmpdir(), 'rlm-reference-'));
  try {
    const { jail } = await probeJail();
    const python = (code: string): Promise<Json> => lastValue(pyodideEngine({ snapshotFolder }), jail, code);
    const javascript = (code: string): Promise<Json> => lastValue(quickjsEngine(), jail, code);
    return [
      ...INTRODUCTION,
      ...(await renderPython(python)),
      ...(await renderJavaScript(javascript)),
      '',
    ].join('\n');
  } finally {
    await rm(snapshotFolder, { recursive: true, force: true });
  }
}

const INTRODUCTION = [
  '# What programs have',
  '',
  'The builtins, modules and methods of a program for `rlm.exec.run`, and what is refused or missing. Beside them it has the functions of the gateway ([contract.md](contract.md#running-code)), and nothing else: no files, network, processes or environment.',
  'A refused name ends in `EXEC_DENIED` before the program runs, or when it is reached in a way that cannot be seen before.',
  '',
];

type Ask = (code: string) => Promise<Json>;

/** The value of a program's last expression; the policy's scan is asked by itself, name by name. */
async function lastValue(engine: Engine, jail: Jail, code: string): Promise<Json> {
  const worker = await engine.start(jail);
  const end = await worker.run({
    code,
    timeoutMs: 30_000,
    memoryBytes: 256 * 1024 * 1024,
    onHostCall: async () => ({ ok: false, code: 'NOT_FOUND', message: '' }),
    onOutput: () => {},
    signal: new AbortController().signal,
  });
  await worker.gone;
  if (end.kind !== 'completed' || end.result === undefined) {
    throw new Error(`the engine could not be asked: ${JSON.stringify(end)}`);
  }
  return end.result;
}

function refusalOf(check: (code: string) => void, code: string): string | null {
  try {
    check(code);
    return null;
  } catch (error) {
    if (error instanceof PolicyRefusal) return error.message;
    throw error;
  }
}

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(' ');

// What our own programs below give.
const strings = (value: Json): string[] => (value as readonly string[]).map(String);
const tables = (value: Json): [string, string[]][] =>
  Object.entries(value as { readonly [name: string]: Json }).map(([name, names]) => [name, strings(names)]);

async function renderPython(ask: Ask): Promise<string[]> {
  const isPassed = (code: string): boolean => refusalOf(checkPython, code) === null;
  const there = async (
    names: readonly string[],
    use: (name: string) => string,
  ): Promise<ReadonlySet<string>> => {
    const tries = names.map(
      (name) => `try:\n    ${use(name)}\n    there.append("${name}")\nexcept BaseException:\n    pass`,
    );
    return new Set(strings(await ask(`there = []\n${tries.join('\n')}\nthere`)));
  };
  const builtins = strings(await ask('sorted(n for n in dir(print.__self__) if not n.startswith("_"))'));
  const defined = await there(builtins, (name) => name);
  const modules = strings(
    await ask('import sys\nsorted(n for n in sys.stdlib_module_names if not n.startswith("_"))'),
  );
  const imports = modules.filter((name) => isPassed(`import ${name}`));
  const found = await there(imports, (name) => `import ${name}`);
  const methods = tables(
    await ask(
      '{t.__name__: [n for n in dir(t) if not n.startswith("_")] for t in (str, bytes, list, tuple, dict, set, int, float)}',
    ),
  );
  const version = await ask('import sys\nsys.version.split()[0]');
  return [
    `## Python ${String(version)}`,
    '',
    'A program is first tried in a small, fast Python (monty); whatever that does not know makes it run again in CPython, with the same answers from the gateway’s functions, so that what counts is this list. `await` may stand at the top level.',
    '',
    `**Builtins.** ${list(builtins.filter((name) => defined.has(name) && isPassed(name)))}`,
    '',
    '**Refused builtins.**',
    '',
    ...refusals(checkPython, [...builtins, '__import__', '__builtins__'], (name) => name),
    '',
    '**Methods of the builtin types.**',
    '',
    ...methods.map(([name, names]) => `- \`${name}\`: ${list(names)}`),
    '',
    `**Modules of the standard library.** ${list(imports.filter((name) => found.has(name)))}`,
    '',
    'Of `os.path` and `pathlib`, what works on names of paths may be imported by name: `from os.path import join`, `from pathlib import PurePosixPath`.',
    '',
    '**Refused modules.**',
    '',
    ...refusals(checkPython, modules, (name) => `import ${name}`),
    '',
    `**Not there.** ${list(imports.filter((name) => !found.has(name)))}`,
    '',
  ];
}

/** A row for each reason, with the names it is the reason for. */
function refusals(
  check: (code: string) => void,
  names: readonly string[],
  use: (name: string) => string,
): string[] {
  const reasons = new Map<string, string[]>();
  for (const name of names) {
    const refusal = refusalOf(check, use(name));
    if (refusal === null) continue;
    const reason = refusal
      .replace(/^[^:]*?is not available(?: in the sandbox)?(?:: )?/, '')
      .replace(/\.$/, '');
    reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
  }
  return [...reasons].map(([reason, refused]) => `- ${list(refused)}${reason === '' ? '' : `: ${reason}`}`);
}

/** Names of the language and its hosts that a program might look for. */
const JAVASCRIPT_ABSENT = [
  'eval',
  'Function',
  'require',
  'process',
  // In two pieces, so that nobody takes it for an import of this file's.
  ['import', '("x")'].join(''),
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'WebAssembly',
  'Deno',
  'Bun',
];
const JAVASCRIPT_HOST_NAMES = [
  'Buffer',
  'structuredClone',
  'setTimeout',
  'setInterval',
  'queueMicrotask',
  'TextEncoder',
  'TextDecoder',
  'URL',
  'Intl',
  'atob',
  'btoa',
  'performance',
  'crypto',
  'SharedArrayBuffer',
  'Atomics',
];

const OWN_NAMES = `
const own = (value) => Object.getOwnPropertyNames(value).filter((name) => !/^(length|name|prototype|constructor|arguments|caller|[A-Z_]+_ERR|__\\w+__)$/.test(name)).sort();
const table = {};
for (const name of Object.getOwnPropertyNames(globalThis).sort()) {
  const value = globalThis[name];
  if (typeof value === 'function') table[name] = [...own(value), ...(value.prototype ? own(value.prototype).map((each) => '.' + each) : [])];
  else if (typeof value === 'object' && value !== null && value !== globalThis) table[name] = own(value);
  else table[name] = [];
}
const TypedArray = Object.getPrototypeOf(Uint8Array);
table['every typed array'] = [...own(TypedArray), ...own(TypedArray.prototype).map((each) => '.' + each)];
table`;

async function renderJavaScript(ask: Ask): Promise<string[]> {
  const isPassed = (name: string): boolean => name.includes(' ') || refusalOf(checkJavaScript, name) === null;
  const globals = tables(await ask(OWN_NAMES)).filter(([name]) => isPassed(name));
  const names = new Set(globals.map(([name]) => name));
  return [
    '## JavaScript',
    '',
    'QuickJS-ng, by the ECMAScript standard of 2025 but for what is refused below. A program is a script; `await` may stand at its top level.',
    '',
    '**Globals**, with their own properties and, after a dot, the methods of their instances.',
    '',
    ...globals.map(([name, own]) => `- \`${name}\`${own.length === 0 ? '' : `: ${list(own)}`}`),
    '',
    '**Refused.**',
    '',
    ...refusals(checkJavaScript, JAVASCRIPT_ABSENT, (name) => name),
    '',
    `**Not there.** ${list(JAVASCRIPT_HOST_NAMES.filter((name) => !names.has(name)))}`,
  ];
}
