import type { PreludeHost } from '../border.ts';
import { errorFacts } from '../errors/error-facts.ts';
import { resultJson } from './result-json.ts';

/**
 * Waits for the program, and for its value where that is a promise; then tells how it ended, once.
 * @param program the promise that evaluating it gave
 */
export function settle(
  program: Promise<{ value: unknown }>,
  { complete, fail }: Pick<PreludeHost, 'complete' | 'fail'>,
): void {
  const wait = async (): Promise<void> => {
    let json: string;
    try {
      const { value } = await program;
      json = resultJson(await value);
    } catch (error) {
      fail(errorFacts(error));
      return;
    }
    complete(json);
  };
  // Settled by one of the two, neither of which throws.
  void wait();
}
