import { RlmError } from '../../shared/errors/rlm-error.ts';

/** Who is calling: an authenticated key and what it may do. Never built from anything a caller claims. */
export interface Principal {
  readonly keyId: string;
  readonly name: string;
  readonly isAdmin: boolean;
  /** Canonical tool names, or `null` for all. */
  readonly tools: ReadonlySet<string> | null;
  /** Repository names, or `null` for all. */
  readonly repos: ReadonlySet<string> | null;
}

/** The one authorization question about tools; list and call both ask it. */
export const mayUseTool = (principal: Principal, tool: string): boolean =>
  principal.tools === null || principal.tools.has(tool);

export const mayUseRepo = (principal: Principal, repo: string): boolean =>
  principal.repos === null || principal.repos.has(repo);

/** @throws `SCOPE_DENIED` */
export function assertMayUseRepo(principal: Principal, repo: string): void {
  if (!mayUseRepo(principal, repo)) {
    throw new RlmError('SCOPE_DENIED', 'This key may not use that repository.');
  }
}
