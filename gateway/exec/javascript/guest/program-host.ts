import { performance } from 'node:perf_hooks';
import type { BlockingChannel } from '../../guests/blocking-channel.ts';
import type { GuestEnd } from '../../guests/guest-frames.ts';
import type { PreludeHost } from '../prelude/border.ts';
import { Output } from './output.ts';
import { completedEnd, raisedEnd } from './program-end.ts';

/** What the program can reach outside its interpreter; and so what knows whether it may go on, and how it ended. */
export class ProgramHost implements PreludeHost {
  readonly #channel: BlockingChannel;
  readonly #output: Output;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #isInterrupted = false;
  /** Set once, by whatever ends the program first; a denial overrules a value it had. */
  #end: GuestEnd | null = null;

  constructor(channel: BlockingChannel) {
    this.#channel = channel;
    this.#output = new Output(channel);
  }

  get end(): GuestEnd | null {
    return this.#end;
  }

  /** Whether the program goes on: a value it has is no end of its timers. */
  get isOpen(): boolean {
    return this.#end === null || this.#end.kind === 'completed';
  }

  /** Whether the program was told to stop. */
  get isInterrupted(): boolean {
    return this.#isInterrupted;
  }

  get leftMs(): number {
    return this.#deadlineMs - performance.now();
  }

  startClock(timeoutMs: number): void {
    this.#deadlineMs = performance.now() + timeoutMs;
  }

  /** Whether its time is up; sends what it has said so far, since it may never come to its next word. */
  mustStop(): boolean {
    this.#output.flush();
    this.#isInterrupted ||= this.#end?.kind === 'denied' || this.leftMs < 0;
    return this.#isInterrupted;
  }

  flush(): void {
    this.#output.flush();
  }

  write(stream: 'stdout' | 'stderr', text: string): void {
    if (this.isOpen) this.#output.add(stream, text);
  }

  ask(call: string): string {
    if (!this.isOpen) return '{"ok":false,"code":"CANCELLED","message":"The run is over."}';
    this.#output.flush();
    this.#channel.sendText(call);
    return JSON.stringify(this.#channel.receive());
  }

  deny(message: string, line: number): void {
    if (this.#end?.kind !== 'denied') this.#end = { kind: 'denied', message, line: line > 0 ? line : null };
  }

  complete(json: string): void {
    this.#end ??= completedEnd(json);
  }

  fail(facts: string): void {
    this.#end ??= raisedEnd(facts);
  }
}
