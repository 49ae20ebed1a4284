function readLines(path) {
  const lines = [];
  for (let start = 1; ; ) {
    const span = readSpan(path, start, start + 199);
    const part = span.content.split('\n');
    // The last piece is no line of its own: nothing, or what the limit has cut.
    const rest = part.pop();
    if (span.is_truncated) start += part.length;
    else {
      if (rest !== '') part.push(rest);
      start = span.end_line + 1;
    }
    lines.push(...part);
    if (start > span.total_lines) return lines;
  }
}
