import difflib

before = """import os
def main():
    print("hello")
    return 0
""".splitlines(keepends=True)
after = """import sys
def main(argv):
    print("hello")
    print(argv)
    return 0
""".splitlines(keepends=True)

print("".join(difflib.unified_diff(before, after, "a/main.py", "b/main.py")), end="")
changes = [line[0] for line in difflib.ndiff(before, after)]
print("".join(changes))
matcher = difflib.SequenceMatcher(None, "abcdef", "abxdeq")
print(round(matcher.ratio(), 3), matcher.find_longest_match(0, 6, 0, 6).size)
for tag, i1, i2, j1, j2 in matcher.get_opcodes():
    print(f"{tag:8} a[{i1}:{i2}] b[{j1}:{j2}]")
difflib.get_close_matches("reponse", ["response", "repose", "request"], n=2)
