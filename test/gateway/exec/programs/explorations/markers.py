marker = "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"])
hits = search(rf"\b({marker})\b", ".", 10)
by_file = {}
for hit in hits:
    by_file.setdefault(hit["file_path"], []).append([hit["start_line"], hit["snippet"].strip()])
for path in sorted(by_file):
    print(f"{path}: {len(by_file[path])}")
{path: sorted(lines) for path, lines in by_file.items()}
