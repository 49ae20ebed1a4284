import type { z } from 'zod';
import type { RlmError } from '../../shared/errors/rlm-error.ts';
import type { GatewayIdentity } from '../access/identity.ts';
import type { Principal } from '../access/principal.ts';
import type { Executor } from '../exec/executor.ts';
import type { RecordedSpan } from '../provenance/record.ts';
import type { Repository } from '../repo/repository.ts';
import type { HandleStore } from '../sessions/handle-store.ts';
import type { Session, SessionConfig } from '../sessions/session.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { Compilable, Store } from '../store/store.ts';
import { parseArguments } from './parse-arguments.ts';

/** What every tool may use. Built once, in gateway/serve. */
export interface ToolServices {
  readonly store: Store;
  readonly sessions: SessionStore;
  readonly handles: HandleStore;
  readonly identity: GatewayIdentity;
  /** By name, in the administrator's order. */
  readonly repositories: ReadonlyMap<string, Repository>;
  readonly sessionDefaults: SessionConfig;
  readonly sessionCaps: SessionConfig;
  /** What runs code, and how long a program may take; `null` where this gateway runs none. */
  readonly exec: { readonly executor: Executor; readonly maxTimeoutMs: number } | null;
}

/** Who calls, from where, until when. */
export interface CallContext {
  readonly principal: Principal;
  /** UUID of the bridge process, or `null` for other callers. */
  readonly instance: string | null;
  /** The repository the caller's workspace was made for, if it named one. */
  readonly preferredRepo: string | null;
  readonly signal: AbortSignal;
  /** The JSON-RPC id of the call, where its caller may send it again. */
  readonly request: string | number | null;
}

/** A call inside a session: charged, and its repository at hand. */
export interface SessionCall extends CallContext {
  readonly session: Session;
  readonly repository: Repository;
  readonly commit: string | null;
  /** What a program has read, which is recorded however the call ends: the end itself can tell something of it. */
  noteReads(spans: readonly RecordedSpan[]): void;
}

/** What a tool gives back; the pipeline records it, then answers with `result`. */
export interface Outcome {
  /** The contract's fields, without `success`. */
  readonly result: Readonly<Record<string, unknown>>;
  readonly spans?: readonly RecordedSpan[];
  /** What the call changes; committed with its record, so that it happens once or not at all. */
  readonly writes?: readonly Compilable[];
  /** The session a standalone tool has made or closed. */
  readonly session?: Session;
  readonly sessionEvent?: 'session_create' | 'session_close';
  /**
   * The call has failed, and yet has something to say: its code and sentence are the answer's, its fields stand in it,
   * and it is recorded and charged like a success. `result` does not count then.
   */
  readonly failure?: RlmError;
}

/** What a tool shows to clients and to the pipeline. */
interface ToolFacts {
  /** Canonical, dotted. */
  readonly name: `rlm.${string}`;
  readonly title: string;
  /** Written for models: what for, when not, an example. */
  readonly description: string;
  readonly input: z.ZodObject;
  /** The contract's result fields, all but `success`. */
  readonly output: Readonly<Record<string, z.ZodType>>;
  readonly isReadOnly: boolean;
}

/** A tool that works on no open session: `session.create` and `session.close`. Free. */
export interface StandaloneTool extends ToolFacts {
  readonly kind: 'standalone';
  /** @throws argument errors, before anything is charged */
  prepare(unverifiedArguments: unknown): StandaloneRun;
}

export interface StandaloneRun {
  readonly sessionId: string | null;
  run(call: CallContext, services: ToolServices): Promise<Outcome>;
}

/** A tool that works inside an open session of the caller's own. */
export interface SessionTool extends ToolFacts {
  readonly kind: 'session';
  /** Whether a call counts against the session's budgets. */
  readonly isCharged: boolean;
  /** Whether the session must have roots first. */
  readonly needsRoots: boolean;
  /** @throws argument errors, before anything is charged */
  prepare(unverifiedArguments: unknown): SessionRun;
}

export interface SessionRun {
  readonly sessionId: string;
  run(call: SessionCall, services: ToolServices): Promise<Outcome>;
}

export type Tool = StandaloneTool | SessionTool;

type Spec<S extends z.ZodObject, Call> = Omit<ToolFacts, 'input'> & {
  readonly input: S;
  /** Limits that span several arguments; throws like the schema, before anything is charged. */
  readonly check?: (args: z.output<S>) => void;
  readonly run: (args: z.output<S>, call: Call, services: ToolServices) => Promise<Outcome>;
};

/** Ties a schema and a function together, so that the function sees only arguments the schema has passed. */
export function standaloneTool<S extends z.ZodObject>(
  spec: Spec<S, CallContext> & { readonly sessionIdOf: (args: z.output<S>) => string | null },
): StandaloneTool {
  return {
    ...spec,
    kind: 'standalone',
    prepare(unverifiedArguments) {
      const args = parseArguments(spec.input, unverifiedArguments);
      spec.check?.(args);
      return {
        sessionId: spec.sessionIdOf(args),
        run: (call, services) => spec.run(args, call, services),
      };
    },
  };
}

/** Like {@link standaloneTool}, for tools inside a session; charged and in need of roots unless it says not. */
export function sessionTool<S extends z.ZodObject<{ session_id: z.ZodString }>>(
  spec: Spec<S, SessionCall> & { readonly isCharged?: boolean; readonly needsRoots?: boolean },
): SessionTool {
  return {
    ...spec,
    kind: 'session',
    isCharged: spec.isCharged ?? true,
    needsRoots: spec.needsRoots ?? true,
    prepare(unverifiedArguments) {
      const args = parseArguments(spec.input, unverifiedArguments);
      spec.check?.(args);
      const { session_id: sessionId } = args as { session_id: string };
      return { sessionId, run: (call, services) => spec.run(args, call, services) };
    },
  };
}
