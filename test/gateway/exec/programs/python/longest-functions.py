import re

source = '''def short():
    return 1

def medium(a, b):
    total = a + b

    if total > 3:
        total -= 1
    return total

class Thing:
    def method(self):
        x = 1
        return x

    def other(self): return 2

def last():
    pass
'''
lines = source.split("\n")
functions = []
current = None
for number, line in enumerate(lines, 1):
    match = re.match(r"^(\s*)def (\w+)\(([^)]*)\)", line)
    if match:
        if current:
            functions.append(current)
        current = {"name": match.group(2), "start": number, "indent": len(match.group(1)), "end": number, "args": match.group(3)}
    elif current and line.strip():
        indent = len(line) - len(line.lstrip())
        if indent > current["indent"]:
            current["end"] = number
        else:
            functions.append(current)
            current = None
if current:
    functions.append(current)

for f in functions:
    f["length"] = f["end"] - f["start"] + 1
    f["arity"] = len([a for a in f["args"].split(",") if a.strip()])
for f in sorted(functions, key=lambda f: (-f["length"], f["name"])):
    print(f"{f['name']:<8} lines {f['start']:>2}-{f['end']:<2} ({f['length']}) args: {f['arity']}")
average = sum(f["length"] for f in functions) / len(functions)
print(f"average {average:.2f}")
max(functions, key=lambda f: f["length"])["name"]
