/** What the index thread is asked, and what it answers. Both directions are structured clones. */
import type { ChunkKind } from './chunks.ts';

export interface IndexThreadData {
  readonly role: 'index-thread';
  /** The index's own file. */
  readonly file: string;
  /** A path to the open root of the repository: of this process, so the thread reads the very same folder. */
  readonly rootProcPath: string;
  readonly restrictedPatterns: readonly string[];
}

export interface IndexQuestion {
  readonly text: string;
  /**
   * Files or folders, none inside another: only what lies in them is found. Its order depends on the rest of the
   * repository too, for a term is as rare as it is in all that is indexed.
   */
  readonly scopes: readonly string[];
  readonly includePatterns: readonly string[];
  /** The folder that anchored patterns may be relative to. */
  readonly scope: string;
}

/** A chunk that the index proposes. What is shown is read anew, so all of it is a hint. */
export interface Proposed {
  readonly path: string;
  readonly kind: ChunkKind;
  readonly name: string;
  readonly parent: string;
  readonly startLine: number;
  readonly endLine: number;
  /** Of the file as it was indexed: `FileStamp.id`, or empty. */
  readonly stamp: string;
  readonly score: number;
}

export interface Found {
  readonly kind: 'found';
  /** Best first. */
  readonly proposed: readonly Proposed[];
  /** Of the question's groups, in order. */
  readonly idfs: readonly number[];
}

export interface IndexState {
  readonly kind: 'state';
  /** Whether the whole repository has been indexed once; before that the index is not asked. */
  readonly isReady: boolean;
  readonly files: number;
  readonly chunks: number;
}

export type IndexJob =
  | { readonly id: number; readonly kind: 'find'; readonly question: IndexQuestion }
  /** The `find` of this id is no longer waited for: it need not be computed, and neither of the two is answered. */
  | { readonly id: number; readonly kind: 'forget' }
  /** Looks at every file now, and answers when all that changed is indexed. */
  | { readonly id: number; readonly kind: 'sweep' }
  | { readonly id: number; readonly kind: 'stop' };

export type IndexReply =
  | { readonly kind: 'answer'; readonly id: number; readonly found: Found | null }
  | { readonly kind: 'refused'; readonly id: number; readonly message: string }
  | IndexState;
