import { RlmError } from '../../shared/errors/rlm-error.ts';
import { Canary } from './canary.ts';
import { FileFacts } from './file-facts.ts';
import { readCommit } from './git-commit.ts';
import { RepositoryIndex, type RepositoryIndexOptions } from './index/repository-index.ts';
import { errnoOf } from './path-error.ts';
import { PathGuard } from './path-guard.ts';
import { DEFAULT_RESTRICTED, RestrictedNames } from './restricted.ts';

export interface RepositorySettings {
  readonly name: string;
  /** On this host. */
  readonly path: string;
  /** Default: DEFAULT_RESTRICTED. */
  readonly restrictedPatterns?: readonly string[] | undefined;
}

/** One repository of the gateway, open for reading. */
export class Repository {
  readonly name: string;
  readonly guard: PathGuard;
  readonly facts = new FileFacts();
  readonly #canary: Canary;
  #index: RepositoryIndex | undefined;

  private constructor(name: string, guard: PathGuard) {
    this.name = name;
    this.guard = guard;
    this.#canary = new Canary(guard);
  }

  /** @throws `SETTINGS_INVALID` the path is no readable directory, or a restricted name is none */
  static async open(settings: RepositorySettings): Promise<Repository> {
    const restricted = new RestrictedNames(settings.restrictedPatterns ?? DEFAULT_RESTRICTED);
    try {
      return new Repository(settings.name, await PathGuard.open(settings.path, restricted));
    } catch (error) {
      const reason = REASONS.get(errnoOf(error) ?? '');
      if (reason === undefined) throw error;
      throw new RlmError(
        'SETTINGS_INVALID',
        `The repository "${settings.name}" can't be opened: ${reason}.`,
        {
          cause: error,
        },
      );
    }
  }

  /** The commit it stands at now, or null when it is no Git repository. */
  commit(): Promise<string | null> {
    return readCommit(this.guard.rootPath);
  }

  /** The token that no answer should hold, or null where the repository has none. */
  canaryToken(): Promise<string | null> {
    return this.#canary.token();
  }

  /** What ranked searches ask first; nothing before `startIndex`. */
  get index(): RepositoryIndex | undefined {
    return this.#index;
  }

  /**
   * Begins to index it, in a thread of its own that ends with `close`.
   * @param options.folder where all indexes lie, outside every repository
   */
  startIndex(options: Omit<RepositoryIndexOptions, 'guard' | 'repository'>): void {
    this.#index ??= RepositoryIndex.start({ ...options, guard: this.guard, repository: this.name });
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await this.#index?.close();
    await this.guard.close();
  }
}

/** Without the path: a message may end up where this host's paths don't belong; the settings name it. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'its path does not exist'],
  ['ENOTDIR', 'its path is not a directory'],
  ['EACCES', 'the gateway may not read its directory'],
  ['EPERM', 'the gateway may not read its directory'],
  ['ELOOP', 'its path is a loop of links'],
]);
