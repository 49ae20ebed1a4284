import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../../../gateway/exec/engine.ts';
import type { Language } from '../../../../gateway/exec/executor.ts';

/** A program of the kind a model writes, and what the language's own implementation makes of it. */
export interface Program {
  readonly name: string;
  readonly code: string;
  readonly expected: Outcome;
}

export interface Outcome {
  readonly stdout: string;
  /** `undefined` where the last statement is no expression, or one without a value. */
  readonly result: Json | undefined;
}

const EXTENSIONS: Readonly<Record<Language, string>> = { python: '.py', javascript: '.js' };
/** What ends an expectation: the value of the last expression. */
const RESULT = /=> ([^\n]*)\n$/;

export const folderOf = (language: Language): string => join(import.meta.dirname, language);

export function programFiles(language: Language): readonly { name: string; file: string }[] {
  const extension = EXTENSIONS[language];
  return readdirSync(folderOf(language))
    .filter((file) => file.endsWith(extension))
    .sort()
    .map((file) => ({ name: file.slice(0, -extension.length), file: join(folderOf(language), file) }));
}

export function readCorpus(language: Language): readonly Program[] {
  return programFiles(language).map(({ name, file }) => ({
    name,
    code: readFileSync(file, 'utf8'),
    expected: parseExpectation(readFileSync(join(folderOf(language), `${name}.out`), 'utf8')),
  }));
}

export function formatExpectation({ stdout, result }: Outcome): string {
  return `${stdout}=> ${result === undefined ? 'nothing' : JSON.stringify(result)}\n`;
}

function parseExpectation(text: string): Outcome {
  const match = RESULT.exec(text);
  if (match?.[1] === undefined) throw new Error('an expectation without its last line');
  return {
    stdout: text.slice(0, match.index),
    result: match[1] === 'nothing' ? undefined : JSON.parse(match[1]),
  };
}
