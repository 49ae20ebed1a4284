totals = {}
for path in list_files():
    name = path.split("/")[-1]
    extension = "." + name.split(".")[-1] if "." in name else "(none)"
    entry = totals.setdefault(extension, {"files": 0, "lines": 0})
    entry["files"] += 1
    entry["lines"] += read_span(path, 1, 1)["total_lines"]
for extension, entry in sorted(totals.items(), key=lambda item: -item[1]["lines"]):
    print(f"{extension:<8} {entry['files']:>4} files {entry['lines']:>6} lines")
totals
