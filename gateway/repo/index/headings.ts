import type { OutlineSymbol } from '../symbol-outline.ts';

const HEADING = /^(#{1,6})\s+(.{1,200}?)\s*#*$/;
const FENCE = /^\s*(?:```|~~~)/;

/** The sections of a Markdown file, each from its heading to the next, named with the headings above it. */
export function headingSections(lines: readonly string[]): OutlineSymbol[] {
  const sections: OutlineSymbol[] = [];
  const above: { readonly level: number; readonly title: string }[] = [];
  let start: number | undefined;
  let isInFence = false;
  const close = (end: number): void => {
    if (start === undefined) return;
    sections.push({ symbol: above.map(({ title }) => title).join('.'), start_line: start, end_line: end });
  };
  for (const [i, line] of lines.entries()) {
    if (FENCE.test(line)) isInFence = !isInFence;
    const [, hashes, title] = (isInFence ? null : HEADING.exec(line)) ?? [];
    if (hashes === undefined || title === undefined) continue;
    close(i);
    while ((above.at(-1)?.level ?? 0) >= hashes.length) above.pop();
    above.push({ level: hashes.length, title: title.replaceAll('.', ' ') });
    start = i + 1;
  }
  close(lines.length);
  return sections;
}
