import { RlmError } from '../errors/rlm-error.ts';

/**
 * Reading a settings file by hand, strictly: the bridge's bundle carries no schema library (its loading alone
 * would cost more than the whole start). Every failure names the file and the field, never the value, since a
 * value may be a key pasted into the wrong place.
 */
export const MAX_SETTINGS_FILE_BYTES = 64 * 1024;

export class SettingsObject {
  readonly #file: string;
  readonly #path: string;
  readonly #fields: ReadonlyMap<string, unknown>;

  private constructor(file: string, path: string, value: unknown) {
    this.#file = file;
    this.#path = path;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.invalid('must be an object');
    }
    this.#fields = new Map(Object.entries(value));
  }

  /** @throws `SETTINGS_INVALID` where the text is not a JSON object */
  static parse(file: string, text: string): SettingsObject {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new RlmError('SETTINGS_INVALID', `${file} is not valid JSON.`);
    }
    return new SettingsObject(file, '', value);
  }

  /** Refuses every field that is not named, so that a misspelt one is noticed and a hostile one refused. */
  allowOnly(...names: readonly string[]): void {
    for (const name of this.#fields.keys()) {
      if (!names.includes(name)) throw this.invalid('is not a setting that this file may have', name);
    }
  }

  requireVersion(version: number): void {
    if (this.#fields.get('version') !== version) throw this.invalid(`must be ${version}`, 'version');
  }

  /** @returns `undefined` where the field is absent */
  text(name: string): string | undefined {
    const value = this.#fields.get(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || value === '') throw this.invalid('must be a text', name);
    return value;
  }

  requireText(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw this.invalid('is missing', name);
    return value;
  }

  object(name: string): SettingsObject {
    return new SettingsObject(this.#file, this.#pathOf(name), this.#fields.get(name));
  }

  names(): readonly string[] {
    return [...this.#fields.keys()];
  }

  /** For a message: the field and its file. */
  where(name: string): string {
    return `${this.#file}, field ${this.#pathOf(name)}`;
  }

  invalid(what: string, name?: string): RlmError {
    const path = name === undefined ? this.#path : this.#pathOf(name);
    const subject = path === '' ? this.#file : `${this.#file}: ${path}`;
    return new RlmError('SETTINGS_INVALID', `${subject} ${what}.`);
  }

  #pathOf(name: string): string {
    // A name is as untrusted as a value: cut, printable.
    const shown = name.replace(/[^\x20-\x7e]/g, '?').slice(0, 80);
    return this.#path === '' ? shown : `${this.#path}.${shown}`;
  }
}
