import re

lines = ["x = 1", "y = 22", "# comment", "zed = 333", ""]
pattern = re.compile(r"(\w+) = (\d+)")
values = {m.group(1): int(m.group(2)) for line in lines if (m := pattern.match(line))}
print(values)
if (longest := max(lines, key=len)) and len(longest) > 5:
    print("longest:", longest)
stack = [1, 2, 3]
while stack and (top := stack.pop()) > 1:
    print("top", top)
print([y for x in range(5) if (y := x * x) > 3], y)
print([[r * c for c in range(1, 4)] for r in range(1, 4)])
print([(a, b) for a in range(4) for b in range(a) if (a + b) % 2])
print({word: len(word) for word in ("a", "bb", "ccc")}, {len(w) for w in ("a", "b", "cc")} == {1, 2})
print(sum(1 for line in lines if not line), any(line.startswith("#") for line in lines), all(lines))
print({v: k for k, v in values.items()}, [x if x % 2 else -x for x in range(5)])
print([*range(3), *"ab"], {**values, "y": 0}, max((v, k) for k, v in values.items()))
sorted(values.values(), reverse=True)
