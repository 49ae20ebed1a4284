import { performance } from 'node:perf_hooks';
import type { CallKey } from '../provenance/call-ledger.ts';
import { type CallRecord, commitArguments, type RecordedSpan } from '../provenance/record.ts';
import type { Repository } from '../repo/repository.ts';
import type { Session } from '../sessions/session.ts';
import type { CallContext, Tool } from './tool.ts';

/**
 * One call on its way through the pipeline, and what is known of it so far: its record and its log line are made of
 * that, whichever way it ends.
 */
export class Call {
  readonly tool: Tool | null;
  readonly unverifiedArguments: unknown;
  readonly context: CallContext;
  /** Commitment to tool and arguments: tells a repeated call from another one under the same id. */
  readonly fingerprint: string;
  session: Session | null = null;
  repository: Repository | null = null;
  commit: string | null = null;
  isCharged = false;
  /** Whether its ledger entry is there and its own. */
  isClaimed = false;
  readonly #startedAt = performance.now();
  readonly #commitment: string | null;
  #ledgerKey: CallKey | null;
  #claimedSessionId: string | null = null;
  /** What the call's program has read, whether or not any of it leaves. */
  reads: readonly RecordedSpan[] = [];

  constructor(
    tool: Tool | null,
    name: string,
    unverifiedArguments: unknown,
    context: CallContext,
    commitmentSecret: Uint8Array,
  ) {
    this.tool = tool;
    this.unverifiedArguments = unverifiedArguments;
    this.context = context;
    this.#commitment = commitArguments(commitmentSecret, unverifiedArguments);
    const { principal, instance, request } = context;
    // Arguments that cannot be committed to are refused by every tool; they need no ledger.
    const isRepeatable = instance !== null && request !== null && this.#commitment !== null;
    this.#ledgerKey = isRepeatable ? { keyId: principal.keyId, instance, request } : null;
    this.fingerprint = commitArguments(commitmentSecret, [name, this.#commitment]) ?? '';
  }

  get toolName(): string {
    return this.tool?.name ?? 'unknown';
  }

  /** `null` where nobody can send the call again. */
  get ledgerKey(): CallKey | null {
    return this.#ledgerKey;
  }

  /** Its id is in use: it is answered, and recorded, without an entry. */
  forgoLedger(): void {
    this.#ledgerKey = null;
  }

  /** Names this very call among those that run now. */
  get runningKey(): string | null {
    if (this.ledgerKey === null) return null;
    const { keyId, instance, request } = this.ledgerKey;
    return JSON.stringify([keyId, instance, request, this.fingerprint]);
  }

  /** The session the caller says it is about; nothing is proved yet. */
  claimSession(id: string | null): void {
    this.#claimedSessionId = id;
  }

  /** A claimed id is logged only where it has an id's form: it might be anything, a file's content included. */
  get loggedSessionId(): string | null {
    const id = this.session?.id ?? this.#claimedSessionId;
    return id !== null && /^s_[A-Za-z0-9_-]{24}$/.test(id) ? id : null;
  }

  elapsedMs(): number {
    return Math.round((performance.now() - this.#startedAt) * 1000) / 1000;
  }

  record(outcome: CallRecord['outcome'], outputBytes: number, spans: readonly RecordedSpan[]): CallRecord {
    return {
      v: 1,
      at: Date.now(),
      key_id: this.context.principal.keyId,
      instance: this.context.instance,
      // Only a session that was proved to be the caller's: a claimed id might be anything.
      session_id: this.session?.id ?? null,
      tool: this.toolName,
      repo: this.session?.repo ?? null,
      commit: this.commit,
      outcome,
      duration_ms: this.elapsedMs(),
      output_bytes: outputBytes,
      arguments_commitment: this.#commitment,
      spans,
    };
  }
}
