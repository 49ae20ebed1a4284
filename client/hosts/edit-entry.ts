import { isDeepStrictEqual } from 'node:util';
import { findNodeAtLocation, getNodeValue, type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { EntryPath, McpEntry } from './ide-host.ts';
import { addProperty, dropProperty, replaceValue } from './json-splice.ts';

/**
 * Changes one entry of somebody else's JSON or JSONC file, as text: comments, order, indentation, line ends and
 * byte order mark stay as they are, and whatever else is in the file is proved to be untouched before the new
 * text is handed out. A file that is not understood wholly is not changed at all.
 */
export type Edit =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'changed'; readonly text: string }
  /** `reason` completes “the file …”. */
  | { readonly kind: 'refused'; readonly reason: string };

const BOM = '\ufeff';
const PARSE_OPTIONS = {
  allowTrailingComma: true,
  disallowComments: false,
  allowEmptyContent: false,
} as const;

/** @param text the whole file; empty for a file that does not exist yet */
export function setEntry(text: string, path: EntryPath, entry: McpEntry): Edit {
  if (isBlank(text)) {
    const bom = text.startsWith(BOM) ? BOM : '';
    const [container, name] = path;
    return {
      kind: 'changed',
      text: `${bom}${JSON.stringify({ [container]: { [name]: entry } }, null, 2)}\n`,
    };
  }
  return edit(text, path, entry);
}

/** Takes our entry away, and its container too if it is empty then and `dropsContainer` says so. */
export function removeEntry(text: string, path: EntryPath, dropsContainer: boolean): Edit {
  if (isBlank(text)) return { kind: 'unchanged' };
  const without = edit(text, path, undefined);
  if (without.kind !== 'changed' || !dropsContainer) return without;
  const tree = parseTree(without.text.replace(BOM, ''), [], PARSE_OPTIONS);
  const container = tree === undefined ? undefined : findNodeAtLocation(tree, [path[0]]);
  return container?.children?.length === 0 ? edit(without.text, [path[0]], undefined) : without;
}

/** Our entry as it stands in the file; undefined where there is none or the file is not understood. */
export function findEntry(text: string, path: EntryPath): unknown {
  if (isBlank(text)) return undefined;
  const tree = parseTree(text.replace(BOM, ''), [], PARSE_OPTIONS);
  const node = tree === undefined ? undefined : findNodeAtLocation(tree, [...path]);
  return node === undefined ? undefined : plainValue(node);
}

/** Whether the container that holds our entry is there, whatever is in it. */
export function hasContainer(text: string, [container]: EntryPath): boolean {
  const tree = isBlank(text) ? undefined : parseTree(text.replace(BOM, ''), [], PARSE_OPTIONS);
  return tree !== undefined && findNodeAtLocation(tree, [container]) !== undefined;
}

const isBlank = (text: string): boolean => text.replace(BOM, '').trim() === '';

function edit(whole: string, path: readonly string[], value: McpEntry | undefined): Edit {
  const bom = whole.startsWith(BOM) ? BOM : '';
  const text = whole.slice(bom.length);
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, PARSE_OPTIONS);
  if (tree === undefined || errors.length > 0) return { kind: 'refused', reason: 'is not valid JSON' };
  const reason = whyNotEditable(tree, path);
  if (reason !== null) return { kind: 'refused', reason };
  const before = plainValue(tree);
  const found = findNodeAtLocation(tree, [...path]);
  const isSame =
    found === undefined ? value === undefined : isDeepStrictEqual(plainValue(found), plain(value));
  if (isSame) return { kind: 'unchanged' };
  const after = changedText(text, tree, path, value);
  if (!isOnlyChange(before, after, path, value))
    return { kind: 'refused', reason: 'could not be changed safely' };
  return { kind: 'changed', text: bom + after };
}

function changedText(text: string, tree: Node, path: readonly string[], value: McpEntry | undefined): string {
  const [container, name] = path;
  if (container === undefined) return text;
  const property = findNodeAtLocation(tree, [...path])?.parent;
  if (property?.parent !== undefined) {
    return value === undefined
      ? dropProperty(text, property.parent, property)
      : replaceValue(text, property, value);
  }
  if (name === undefined || value === undefined) return text;
  const holder = findNodeAtLocation(tree, [container]);
  return holder === undefined
    ? addProperty(text, tree, container, { [name]: value })
    : addProperty(text, holder, name, value);
}

/**
 * The way to the entry must be objects, and no name on it may stand twice: IDEs take the last of two, the editor
 * changes the first.
 */
function whyNotEditable(tree: Node, path: readonly string[]): string | null {
  let here: Node | undefined = tree;
  for (const name of path) {
    if (here?.type !== 'object') return 'has another shape than this IDE’s settings';
    const named: readonly Node[] = (here.children ?? []).filter(
      ({ children }) => children?.[0]?.value === name,
    );
    if (named.length > 1) return `names “${name}” twice`;
    if (named.length === 0) return null;
    here = named[0]?.children?.[1];
  }
  return null;
}

function isOnlyChange(
  before: unknown,
  afterText: string,
  path: readonly string[],
  value: McpEntry | undefined,
): boolean {
  const errors: ParseError[] = [];
  const after = parseTree(afterText, errors, PARSE_OPTIONS);
  if (after === undefined || errors.length > 0) return false;
  return isDeepStrictEqual(plainValue(after), withValue(before, path, plain(value)));
}

/** A copy of `value` in which `path` leads to `leaf`, or to nothing where `leaf` is undefined. */
function withValue(value: unknown, path: readonly string[], leaf: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return leaf;
  const object = isObject(value) ? value : {};
  const others = Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
  const inner = withValue(Object.hasOwn(object, name) ? object[name] : undefined, rest, leaf);
  return inner === undefined ? others : { ...others, [name]: inner };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A node's value, of the same prototypes as `JSON.parse` gives: the library's own objects have none. */
const plainValue = (node: Node): unknown => plain(getNodeValue(node));

/** As it comes back from `JSON.parse`. */
const plain = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));
