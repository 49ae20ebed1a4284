/**
 * The terms of a chunk by field: a word in a name says more than the same word in a body.
 */
import { basename, dirname, extname } from 'node:path';
import { familyOf } from '../symbol-outline.ts';
import type { Chunk } from './chunks.ts';
import { MAX_BODY_TERMS, MAX_INDEXED_LINE_CHARS } from './index-limits.ts';
import { termsOf } from './terms.ts';
import { isStopped } from './word-lists.ts';

/** In the order of the index's columns. */
export interface ChunkTerms {
  readonly name: readonly string[];
  /** What it is a member of, and the file's name. */
  readonly place: readonly string[];
  readonly directory: readonly string[];
  /** From the name to where the body begins. */
  readonly signature: readonly string[];
  readonly comment: readonly string[];
  readonly body: readonly string[];
}

/** Lines that a signature may take. */
const MAX_SIGNATURE_LINES = 6;
const COMMENT_LINE = /^\s*(?:\/\/|\/\*|\*(?!\w)|--\s|;;|<!--|""")/;
/** `#` begins a comment in these; elsewhere it includes a file or names an attribute. */
const HASH_COMMENT = /^\s*#/;
const HASH_FAMILIES = new Set(['python', 'ruby', 'shell']);
const DOCSTRING = /^\s*[rRuUbB]{0,2}("""|''')/;
const TRAILING_COMMENT = /(?:^|\s)(?:\/\/|\/\*)\s(.*)$/;

/** @param lines the whole file's */
export function termsOfChunk(chunk: Chunk, lines: readonly string[], filePath: string): ChunkTerms {
  const family = familyOf(filePath);
  const hashComments = family === undefined || HASH_FAMILIES.has(family);
  const texts = { signature: [] as string[], comment: [] as string[], body: [] as string[] };
  let signatureLines = chunk.kind === 'definition' ? MAX_SIGNATURE_LINES : 0;
  let openParens = 0;
  let docstringEnd: string | undefined;
  for (let at = chunk.startLine; at <= chunk.endLine; at += 1) {
    const line = (lines[at - 1] ?? '').slice(0, MAX_INDEXED_LINE_CHARS);
    if (docstringEnd !== undefined) {
      texts.comment.push(line);
      if (line.includes(docstringEnd)) docstringEnd = undefined;
      continue;
    }
    const [, quotes] = family === 'python' ? (DOCSTRING.exec(line) ?? []) : [];
    if (quotes !== undefined) {
      texts.comment.push(line);
      if (line.split(quotes).length === 2) docstringEnd = quotes;
    } else if (COMMENT_LINE.test(line) || (hashComments && HASH_COMMENT.test(line))) {
      texts.comment.push(line);
    } else if (signatureLines > 0 && line.trim() !== '') {
      texts.signature.push(line);
      openParens += countOf(line, '(') - countOf(line, ')');
      const isDecoration = /^\s*[@[]/.test(line);
      signatureLines = openParens <= 0 && !isDecoration ? 0 : signatureLines - 1;
    } else {
      const trailing = TRAILING_COMMENT.exec(line)?.[1];
      if (trailing !== undefined) texts.comment.push(trailing);
      texts.body.push(trailing === undefined ? line : line.slice(0, line.length - trailing.length));
    }
  }
  const said = (parts: readonly string[]): string[] =>
    termsOf(parts.join('\n'))
      .filter((term) => !isStopped(term))
      .slice(0, MAX_BODY_TERMS);
  const file = basename(filePath);
  return {
    name: termsOf(chunk.name),
    place: termsOf(`${chunk.parent} ${basename(file, extname(file))}`),
    directory: termsOf(dirname(filePath)),
    signature: said(texts.signature),
    comment: said(texts.comment),
    body: said(texts.body),
  };
}

function countOf(text: string, char: string): number {
  let count = 0;
  for (let at = text.indexOf(char); at !== -1; at = text.indexOf(char, at + 1)) count += 1;
  return count;
}
