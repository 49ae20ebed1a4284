text = """# Guide

Intro text.

## Install
```sh
# not a heading
npm ci
```
### From source
## Use
#### Deep
See [docs](docs/a.md) and [home](https://example.com).
"""
outline = []
in_code = False
for number, line in enumerate(text.splitlines(), 1):
    if line.startswith("```"):
        in_code = not in_code
        continue
    if in_code or not line.startswith("#"):
        continue
    level = len(line) - len(line.lstrip("#"))
    title = line[level:].strip()
    slug = "-".join(title.lower().split())
    outline.append({"level": level, "title": title, "line": number, "slug": slug})
for entry in outline:
    print("  " * (entry["level"] - 1) + f"- {entry['title']} (#{entry['slug']}, line {entry['line']})")
gaps = [b["title"] for a, b in zip(outline, outline[1:]) if b["level"] > a["level"] + 1]
print("skipped levels before:", gaps)
links = []
rest = text
while "](" in rest:
    before, rest = rest.split("](", 1)
    target, rest = rest.split(")", 1)
    links.append((before.rsplit("[", 1)[1], target))
links
