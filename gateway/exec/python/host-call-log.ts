import type { EngineJob, HostCall, HostReply } from '../engine.ts';

type OnHostCall = EngineJob['onHostCall'];

/**
 * Characters of replies that are kept, as JSON: as many as a long exploration reads. What comes after is asked again, which
 * costs time and nothing else.
 */
const MAX_LOG_CHARS = 32 * 1024 * 1024;

/**
 * What a program asked of the gateway and was told, so that the same program can be run again without asking twice: the
 * same answers, nothing charged or recorded for a second time.
 */
export class HostCallLog {
  readonly #entries: { readonly call: string; readonly reply: HostReply }[] = [];
  #chars = 0;
  #isRecording = true;

  /** Asks, and keeps what is said. */
  recording(onHostCall: OnHostCall): OnHostCall {
    return async (call, signal) => {
      const reply = await onHostCall(call, signal);
      // A reply that nobody waited for any more may be no more than a word of having been stopped.
      if (!signal.aborted) this.#keep(call, reply);
      return reply;
    };
  }

  /** Answers from the log as long as the calls are those of the first run, in their order; all others are asked anew. */
  replaying(onHostCall: OnHostCall): OnHostCall {
    this.#isRecording = false;
    const left = this.#entries.values();
    let hasDiverged = false;
    return async (call, signal) => {
      const entry = hasDiverged ? undefined : left.next().value;
      if (entry?.call === textOf(call)) return entry.reply;
      hasDiverged = true;
      return onHostCall(call, signal);
    };
  }

  #keep(call: HostCall, reply: HostReply): void {
    if (!this.#isRecording) return;
    const text = textOf(call);
    this.#chars += text.length + JSON.stringify(reply).length;
    this.#isRecording = this.#chars <= MAX_LOG_CHARS;
    if (this.#isRecording) this.#entries.push({ call: text, reply });
  }
}

const textOf = ({ name, args, named }: HostCall): string => JSON.stringify([name, args, named]);
