/** Why something does not belong in a thin workspace. */
export const REASONS = {
  'not-allowed': 'is not a kind of file that belongs in a thin workspace',
  'too-large': 'is larger than a file of its kind may be',
  'not-text': 'is not text, whatever its name says',
  'not-its-format': 'is not of the format that its name says',
  'holds-credential': 'holds a key or token',
  'holds-source': 'reads like source code or a patch',
  'holds-long-code': 'has a long block of code in it',
  link: 'is a symbolic link, which may lead anywhere',
  special: 'is neither a file nor a folder',
  mount: 'is another file system, mounted here',
  repository: 'is a repository: its objects may hold source',
  dependencies: 'is a folder of dependencies',
  unreadable: 'could not be read, so nothing is proved of it',
  'too-deep': 'lies deeper than is looked at',
  'too-many': 'and more: there is more here than is looked at',
} as const;

export type Reason = keyof typeof REASONS;

export interface Finding {
  /** In the workspace, `/`-separated. */
  readonly path: string;
  readonly reason: Reason;
  /** A warning is worth a look; an offence disproves that the workspace is thin. */
  readonly severity: 'offence' | 'warning';
}

export const offence = (path: string, reason: Reason): Finding => ({ path, reason, severity: 'offence' });
export const warning = (path: string, reason: Reason): Finding => ({ path, reason, severity: 'warning' });
