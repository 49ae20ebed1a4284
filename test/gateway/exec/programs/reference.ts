/** The languages' own implementations, CPython and Node: what they make of a program is what a program is expected to do. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Language } from '../../../../gateway/exec/executor.ts';
import type { Outcome } from './corpus.ts';

/** Runs the program on its standard input; the result goes to descriptor 3, as JSON by the rules of the sandbox's results. */
const PYTHON = `
import ast, json, math, os, sys, types
from collections import deque

def plain(value):
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2 ** 53 else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(map(plain, value))
    if isinstance(value, (list, tuple, deque)):
        return [plain(item) for item in value]
    return repr(value)

def main():
    tree = ast.parse(sys.stdin.read(), '<program>')
    ends_in_value = bool(tree.body) and isinstance(tree.body[-1], ast.Expr)
    last = ast.Expression(tree.body.pop().value) if ends_in_value else None
    module = types.ModuleType('__main__')
    sys.modules['__main__'] = module
    exec(compile(tree, '<program>', 'exec'), module.__dict__)
    if last is None:
        return ''
    return json.dumps(plain(eval(compile(last, '<program>', 'eval'), module.__dict__)))

result = main()
sys.stdout.flush()
os.write(3, result.encode())
`;

/** The same for Node, which has no top-level await in a script: such a program becomes the body of a function. */
const JAVASCRIPT = String.raw`
import { readFileSync, writeSync } from 'node:fs';
import { Script } from 'node:vm';

const code = readFileSync(0, 'utf8');
const script = () => new Script(code);
const wrapped = () => {
  const lines = code.trimEnd().split('\n');
  const last = lines.pop().replace(/;$/, '');
  return new Script('(async () => {' + lines.join('\n') + '\nreturn (' + last + ');\n})()');
};
const compile = () => {
  try {
    return script();
  } catch {
    return wrapped();
  }
};
globalThis.print = console.log;
const value = await compile().runInThisContext();
// The value is there before the program's last timers are done.
process.on('exit', () => writeSync(3, value === undefined ? '' : JSON.stringify(value)));
`;

const COMMANDS: Readonly<Record<Language, { readonly command: string; readonly args: readonly string[] }>> = {
  // Isolated: no site packages, no environment, nothing of the folder it runs in.
  python: { command: 'python3', args: ['-I', '-X', 'utf8', '-c', PYTHON] },
  javascript: { command: process.execPath, args: ['--input-type=module', '--eval', JAVASCRIPT] },
};

/** @throws where the program fails, or says something on stderr */
export async function runReference(language: Language, code: string): Promise<Outcome> {
  const { command, args } = COMMANDS[language];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
  // Four pipes were asked for, and the fourth is one to read from.
  const results = child.stdio[3] as NonNullable<typeof child.stdout>;
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  child.stdin.end(code);
  const [stdout, stderr, result] = await Promise.race([
    failed,
    Promise.all([text(child.stdout), text(child.stderr), text(results)]),
  ]);
  if (stderr !== '') throw new Error(`${command} fails: ${stderr}`);
  return { stdout, result: result === '' ? undefined : JSON.parse(result) };
}
