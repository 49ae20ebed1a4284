files = {
    "src/main.ts": 120, "src/app.ts": 340, "src/view.tsx": 88, "README.md": 40,
    "docs/guide.md": 212, "scripts/run.sh": 51, "Makefile": 19, "src/.hidden": 3,
}

def extension(path):
    name = path.rsplit("/", 1)[-1]
    dot = name.rfind(".")
    return name[dot:] if dot > 0 else "(none)"

totals = {}
for path, lines in files.items():
    ext = extension(path)
    count, size = totals.get(ext, (0, 0))
    totals[ext] = (count + 1, size + lines)

for ext, (count, size) in sorted(totals.items(), key=lambda item: (-item[1][1], item[0])):
    print(f"{ext:<8}{count:>3} files {size:>6,} lines {size / sum(files.values()):6.1%}")
totals
