import json

package = json.loads("""{
  "name": "demo",
  "dependencies": {"ws": "^8.18.0", "zod": "4.0.1", "left-pad": "*", "local": "file:../local"},
  "devDependencies": {"vitest": "~3.2.4", "typescript": ">=5.9 <6"}
}""")

def classify(spec):
    if spec in ("*", "", "latest"):
        return "any"
    if spec.startswith("^"):
        return "minor"
    if spec.startswith("~"):
        return "patch"
    if spec[0].isdigit():
        return "exact"
    if ":" in spec:
        return "other"
    return "range"

rows = []
for section in ("dependencies", "devDependencies", "peerDependencies"):
    for name, spec in sorted(package.get(section, {}).items()):
        rows.append((section, name, spec, classify(spec)))
width = max(len(row[1]) for row in rows)
for section, name, spec, kind in rows:
    print(f"{name.ljust(width)}  {spec.ljust(12)}  {kind.ljust(6)} {'dev' if section.startswith('dev') else ''}".rstrip())
summary = {}
for *_, kind in rows:
    summary[kind] = summary.get(kind, 0) + 1
print(json.dumps(summary, sort_keys=True))
[name for _, name, _, kind in rows if kind != "exact"]
