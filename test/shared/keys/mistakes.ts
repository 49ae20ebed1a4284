/** Single mistakes of a hand or a clipboard in one text: each wrong, missing, doubled or swapped character. */
export function* singleMistakes(text: string): Generator<string> {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_- .\n';
  for (let at = 0; at < text.length; at++) {
    const [before, here, after] = [text.slice(0, at), text.charAt(at), text.slice(at + 1)];
    for (const other of alphabet) if (other !== here) yield before + other + after;
    yield before + after;
    yield before + here + here + after;
    const next = after.charAt(0);
    if (next !== '' && next !== here) yield before + next + here + after.slice(1);
  }
  for (const other of alphabet) {
    yield other + text;
    yield text + other;
  }
}
