/** What an object shows between its brackets, and of itself. */
export interface Contents {
  /** Stands for the object itself, braces and all, where nothing else is to be shown; `''` where it has none. */
  readonly base: string;
  readonly open: string;
  readonly close: string;
  readonly parts: string[];
  /** Its indices are among the parts already. */
  readonly isIndexed: boolean;
}

export type Show = (value: unknown) => string;

export const within = (open: string, parts: string[]): Contents => ({
  base: '',
  open,
  close: '}',
  parts,
  isIndexed: false,
});

/** Of an object that has a text of its own. */
export const standingFor = (base: string): Contents => ({ ...within('{', []), base });
