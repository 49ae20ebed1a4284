def read_lines(path):
    lines, start = [], 1
    while True:
        span = read_span(path, start, start + 199)
        part = span["content"].split("\n")
        # The last piece is no line of its own: nothing, or what the limit has cut.
        rest = part.pop()
        if not span["is_truncated"]:
            if rest:
                part.append(rest)
            start = span["end_line"] + 1
        else:
            start += len(part)
        lines.extend(part)
        if start > span["total_lines"]:
            return lines
