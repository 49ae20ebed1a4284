sizes = []
for path in list_files(patterns=["*.ts", "*.md"]):
    lines = read_lines(path)
    sizes.append((len(lines), max([len(line) for line in lines] or [0]), path))
sizes.sort(key=lambda s: (-s[0], s[2]))
for lines, widest, path in sizes[:8]:
    print(f"{lines:>5} lines, widest {widest:>4}  {path}")
[[path, lines, widest] for lines, widest, path in sizes[:8]]
