/**
 * What a Python program may not name: a visible rule with clear words, checked before anything runs. It is not the
 * boundary (a name can be put together at run time); the interpreter and the jail are, and hold without it.
 *
 * It looks at tokens, so that words in strings and comments, attributes such as `re.compile`, arguments by name, fields
 * of a class and methods that a class defines are never taken for what they are not.
 */
import { PolicyRefusal } from '../policy-refusal.ts';
import { type PythonToken, pythonTokens } from './python-tokens.ts';
import {
  ALLOWED_IMPORTS,
  ASSIGNABLE_NAMES,
  REFUSED_ATTRIBUTES,
  REFUSED_MEMBERS,
  REFUSED_MODULES,
  REFUSED_NAMES,
} from './refused-names.ts';

/**
 * @param code of a size that was checked before
 * @throws {PolicyRefusal} `denied` for what it names, `syntax` for what can't be in a program at all
 */
export function checkPython(code: string): void {
  checkCharacters(code);
  const tokens = pythonTokens(code);
  const assigned = assignedNames(tokens);
  let importOfFrom = -1;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== 'name' || at === importOfFrom) continue;
    if (token.text === 'import') checkImport(tokens, at);
    else if (token.text === 'from') importOfFrom = checkFromImport(tokens, at);
    else if (isMark(tokens[at - 1], '.')) checkAttribute(tokens, at, token);
    else checkName(tokens, at, token, assigned);
  }
}

/** Characters that some reader on the way would cut the program at, or could not write down. */
function checkCharacters(code: string): void {
  const found = /\0|\p{Surrogate}/u.exec(code);
  if (found === null) return;
  const line = code.slice(0, found.index).split(/\r\n|\r|\n/).length;
  const message =
    found[0] === '\0'
      ? 'the code contains a NUL character'
      : 'the code contains half of a character (a lone surrogate)';
  throw new PolicyRefusal('syntax', message, line);
}

function isMark(token: PythonToken | undefined, text: string): boolean {
  return token?.kind === 'mark' && token.text === text;
}

function isName(token: PythonToken | undefined, text: string): boolean {
  return token?.kind === 'name' && token.text === text;
}

/** Words that end a dotted name. */
const KEYWORDS: ReadonlySet<string> = new Set(['import', 'from', 'as']);
/** Parts of the longest name in the table of modules. */
const MAX_MODULE_PARTS = Math.max(...[...REFUSED_MODULES.keys()].map((name) => name.split('.').length));

/** Of the names that are common for variables, those that the program assigns to. */
function assignedNames(tokens: readonly PythonToken[]): ReadonlySet<string> {
  const assigned = new Set<string>();
  tokens.forEach((token, at) => {
    if (token.kind !== 'name' || !ASSIGNABLE_NAMES.has(token.text)) return;
    if (startsStatement(tokens[at - 1]) && isMark(tokens[at + 1], '=')) assigned.add(token.text);
  });
  return assigned;
}

function startsStatement(before: PythonToken | undefined): boolean {
  return before === undefined || isMark(before, '\n') || isMark(before, ';') || isMark(before, ':');
}

function checkName(
  tokens: readonly PythonToken[],
  at: number,
  token: PythonToken,
  assigned: ReadonlySet<string>,
): void {
  const message = REFUSED_NAMES.get(token.text);
  if (message === undefined || assigned.has(token.text)) return;
  const [before, after] = [tokens[at - 1], tokens[at + 1]];
  const isArgumentName = isMark(after, '=') && (isMark(before, '(') || isMark(before, ','));
  const isField = isMark(after, ':') && startsStatement(before) && !isMark(before, ':');
  const isMethod = isName(before, 'def') && (isName(tokens[at + 2], 'self') || isName(tokens[at + 2], 'cls'));
  if (!isArgumentName && !isField && !isMethod) throw new PolicyRefusal('denied', message, token.line);
}

function checkAttribute(tokens: readonly PythonToken[], at: number, token: PythonToken): void {
  if (REFUSED_ATTRIBUTES.has(token.text)) {
    const message = `the attribute ${token.text} is not available in the sandbox: it leads into the interpreter`;
    throw new PolicyRefusal('denied', message, token.line);
  }
  const owner = tokens[at - 2];
  if (owner?.kind !== 'name' || isMark(tokens[at - 3], '.')) return;
  const message = REFUSED_MEMBERS.get(`${owner.text}.${token.text}`);
  if (message !== undefined) throw new PolicyRefusal('denied', message, token.line);
}

/** A dotted name from `at` on, and where it ends. Dots in front, of a relative import, are left out. */
function dottedName(
  tokens: readonly PythonToken[],
  at: number,
): { readonly name: string; readonly end: number } {
  let end = at;
  let name = '';
  for (let token = tokens[end]; token !== undefined; end += 1, token = tokens[end]) {
    if (token.kind === 'name' && !KEYWORDS.has(token.text)) name += token.text;
    else if (isMark(token, '.')) name += '.';
    else if (!isMark(token, '...')) break;
    // Two names in a row are no dotted name: the second belongs to something else.
    if (token.kind === 'name' && !isMark(tokens[end + 1], '.')) {
      end += 1;
      break;
    }
  }
  return { name: name.replace(/^\.+/, ''), end };
}

/** `import a.b as c, d`, at the word `import`. */
function checkImport(tokens: readonly PythonToken[], at: number): void {
  const line = tokens[at]?.line ?? 1;
  let next = at + 1;
  for (;;) {
    const { name, end } = dottedName(tokens, next);
    refuseModule(name, line);
    next = isName(tokens[end], 'as') ? end + 2 : end;
    if (!isMark(tokens[next], ',')) return;
    next += 1;
  }
}

/**
 * `from a.b import c as d, e`, at the word `from`, which `raise` and `yield` have as well.
 * @returns where its word `import` is, or -1
 */
function checkFromImport(tokens: readonly PythonToken[], at: number): number {
  const line = tokens[at]?.line ?? 1;
  const { name: module, end } = dottedName(tokens, at + 1);
  if (!isName(tokens[end], 'import')) return -1;
  let next = isMark(tokens[end + 1], '(') ? end + 2 : end + 1;
  for (;;) {
    const token = tokens[next];
    if (token?.kind !== 'name') {
      // A star, or an empty list: what counts is the module.
      if (isMark(token, '*') || next === end + 1) refuseModule(module, line);
      return end;
    }
    const member = `${module}.${token.text}`;
    const message = REFUSED_MEMBERS.get(member);
    if (message !== undefined) throw new PolicyRefusal('denied', message, token.line);
    if (REFUSED_ATTRIBUTES.has(token.text))
      refuseModuleName(member, 'the interpreter itself is out of reach', line);
    if (!ALLOWED_IMPORTS.has(member)) refuseModule(member, line);
    next = isName(tokens[next + 1], 'as') ? next + 3 : next + 1;
    if (!isMark(tokens[next], ',')) return end;
    next += 1;
  }
}

/** @throws {PolicyRefusal} where the module, or one that it is in, is refused */
function refuseModule(module: string, line: number): void {
  const parts = module.split('.', MAX_MODULE_PARTS);
  for (let count = 1; count <= parts.length; count += 1) {
    const name = parts.slice(0, count).join('.');
    const reason = REFUSED_MODULES.get(name);
    if (reason !== undefined) refuseModuleName(name, reason, line);
  }
}

function refuseModuleName(name: string, reason: string, line: number): never {
  throw new PolicyRefusal('denied', `the module ${name} is not available in the sandbox: ${reason}`, line);
}
