import re
from collections import Counter

source = """
// adds two numbers
export function add(a: number, b: number): number {
  const label = 'sum: ' + "x";
  return a + b * 10;
}
"""
kinds = [
    ("comment", r"//[^\n]*"),
    ("string", r"'[^']*'|\"[^\"]*\""),
    ("number", r"\d+"),
    ("keyword", r"\b(?:export|function|const|return)\b"),
    ("name", r"[A-Za-z_]\w*"),
    ("operator", r"[+*=:,;]"),
    ("bracket", r"[(){}]"),
    ("space", r"\s+"),
]
scanner = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in kinds))

tokens = []
position = 0
while position < len(source):
    match = scanner.match(source, position)
    if match is None:
        raise ValueError(f"unexpected {source[position]!r} at {position}")
    if match.lastgroup != "space":
        line = source.count("\n", 0, position) + 1
        tokens.append((match.lastgroup, match.group(), line))
    position = match.end()

print(len(tokens), tokens[0], tokens[-1])
for kind, count in sorted(Counter(kind for kind, _, _ in tokens).items()):
    print(f"{kind:>10}: {count}")
names = sorted({text for kind, text, _ in tokens if kind == "name"})
names
