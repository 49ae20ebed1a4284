import { createScanner, type Node } from 'jsonc-parser';

/** Members of jsonc-parser's `SyntaxKind`, which is a `const enum` and so can't be imported here. */
const COMMA = 5;
const LINE_BREAK = 14;
const WHITE_SPACE = 15;
const END = 17;

/**
 * Adds, replaces or takes away one property of an object in a JSON or JSONC text, by splicing: not one character
 * of what stands beside it is written anew, so comments stay where and beside what they are.
 *
 * `object` and `property` are nodes of the very text that is given.
 */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Indentation of one step, and what ends a line. */
interface Layout {
  readonly step: string;
  readonly eol: string;
}

export function addProperty(text: string, object: Node, name: string, value: unknown): string {
  const last = object.children?.at(-1);
  return last === undefined
    ? addToEmpty(text, object, name, value)
    : addBehind(text, object, last, name, value);
}

export function replaceValue(text: string, property: Node, value: unknown): string {
  const old = property.children?.[1];
  if (old === undefined) return text;
  const isOnOneLine = !startsLine(text, property.offset);
  const lines = isOnOneLine
    ? JSON.stringify(value)
    : indented(value, indentAt(text, property.offset), layoutOf(text));
  return splice(text, [{ start: old.offset, end: endOf(old), text: lines }]);
}

export function dropProperty(text: string, object: Node, property: Node): string {
  const siblings = object.children ?? [];
  const index = siblings.indexOf(property);
  const previous = siblings[index - 1];
  const closing = endOf(object) - 1;
  const ownComma = commaBetween(text, endOf(property), siblings[index + 1]?.offset ?? closing);
  const end = ownComma === null ? endOf(property) : ownComma + 1;
  const splices = [wholeLines(text, property.offset, end, object)];
  if (ownComma === null && previous !== undefined) {
    const comma = commaBetween(text, endOf(previous), property.offset);
    if (comma !== null) splices.unshift({ start: comma, end: comma + 1, text: '' });
  }
  return splice(text, splices);
}

function addToEmpty(text: string, object: Node, name: string, value: unknown): string {
  const layout = layoutOf(text);
  const outer = indentAt(text, object.offset);
  const inside = text.slice(object.offset + 1, endOf(object) - 1);
  const property = formatProperty(name, value, outer + layout.step, layout);
  // What is left of the inside after a comment: white space up to the closing brace.
  const kept = inside.trimEnd();
  const start = object.offset + 1 + kept.length;
  const rest = inside.slice(kept.length);
  const tail = kept !== '' && rest.includes('\n') ? rest : layout.eol + outer;
  return splice(text, [
    { start, end: endOf(object) - 1, text: layout.eol + outer + layout.step + property + tail },
  ]);
}

function addBehind(text: string, object: Node, last: Node, name: string, value: unknown): string {
  const closing = endOf(object) - 1;
  const comma = commaBetween(text, endOf(last), closing);
  const trailing = comma === null ? '' : ',';
  const first: readonly Splice[] =
    comma === null ? [{ start: endOf(last), end: endOf(last), text: ',' }] : [];
  const layout = layoutOf(text);
  if (!text.slice(endOf(last), closing).includes('\n')) {
    const property = `${JSON.stringify(name)}: ${JSON.stringify(value)}`;
    const at = comma === null ? endOf(last) : comma + 1;
    return splice(text, [...first, { start: at, end: at, text: ` ${property}${trailing}` }]);
  }
  const indent = startsLine(text, last.offset)
    ? indentAt(text, last.offset)
    : indentAt(text, object.offset) + layout.step;
  const at = endOfLineBehind(text, comma === null ? endOf(last) : comma + 1, closing);
  const property = formatProperty(name, value, indent, layout);
  return splice(text, [...first, { start: at, end: at, text: layout.eol + indent + property + trailing }]);
}

const endOf = (node: Node): number => node.offset + node.length;

/** Applies splices that do not overlap; of two at one place the earlier in the list comes first. */
function splice(text: string, splices: readonly Splice[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, text: replacement } of splices) {
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
}

/** Where the comma between two offsets stands, outside comments. */
function commaBetween(text: string, start: number, end: number): number | null {
  const scanner = createScanner(text.slice(start, end), false);
  for (let kind: number = scanner.scan(); kind !== END; kind = scanner.scan()) {
    if (kind === COMMA) return start + scanner.getTokenOffset();
  }
  return null;
}

/** Behind the comments that stand on the same line, before its end. */
function endOfLineBehind(text: string, start: number, end: number): number {
  const scanner = createScanner(text.slice(start, end), false);
  let at = start;
  for (let kind: number = scanner.scan(); kind !== END; kind = scanner.scan()) {
    if (kind === LINE_BREAK) return at;
    if (kind !== WHITE_SPACE) at = start + scanner.getTokenOffset() + scanner.getTokenLength();
  }
  return at;
}

/** The span and, where nothing else is on its lines, the lines themselves; in an otherwise empty object all inside. */
function wholeLines(text: string, start: number, end: number, object: Node): Splice {
  const inside = object.offset + 1;
  const closing = endOf(object) - 1;
  if (text.slice(inside, start).trim() === '' && text.slice(end, closing).trim() === '') {
    return { start: inside, end: closing, text: '' };
  }
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const rest = /^[ \t]*\r?\n/.exec(text.slice(end));
  if (rest !== null && text.slice(lineStart, start).trim() === '') {
    return { start: lineStart, end: end + rest[0].length, text: '' };
  }
  const before = /[ \t]*$/.exec(text.slice(inside, start))?.[0].length ?? 0;
  return { start: start - before, end, text: '' };
}

/** Whether only white space stands before it on its line. */
function startsLine(text: string, offset: number): boolean {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return lineStart > 0 && text.slice(lineStart, offset).trim() === '';
}

function indentAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
}

function layoutOf(text: string): Layout {
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  return { step: indent.startsWith('\t') ? '\t' : indent, eol: text.includes('\r\n') ? '\r\n' : '\n' };
}

const formatProperty = (name: string, value: unknown, indent: string, layout: Layout): string =>
  `${JSON.stringify(name)}: ${indented(value, indent, layout)}`;

const indented = (value: unknown, indent: string, { step, eol }: Layout): string =>
  JSON.stringify(value, null, step).replaceAll('\n', eol + indent);
