print(True + True, sum([True, False, True]), True == 1, isinstance(True, int), int(False))
print(bool(""), bool("0"), bool([]), bool([0]), bool(0.0), bool(None), not [])
print(1 and 2, 0 or "default", None or [] or "last", "" and "x", not 1 == 2)
print(None is None, [] == [], [] is [], (1, 2) == (1, 2), "a" < "b" < "c", [1, 2] < [1, 3])
x = 7
print("small" if x < 5 else "medium" if x < 10 else "large", x in range(10), x not in (1, 2))
print(all([]), any([]), all([1, "a"]), any([0, "", None]))
flags = [line.endswith("\\") for line in ["a\\", "b"]]
print(flags, flags.count(True), [i for i, flag in enumerate(flags) if flag])
sum(len(word) > 3 for word in "some words are long and a few not".split())
