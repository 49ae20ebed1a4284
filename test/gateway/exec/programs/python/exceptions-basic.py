def parse(text):
    try:
        return int(text)
    except ValueError as error:
        return f"{type(error).__name__}: {error}"

print(parse("12"), parse("x1"), parse(""), sep=" | ")
checks = [
    lambda: [][1],
    lambda: {}["key"],
    lambda: {1: 2}[3],
    lambda: 1 / 0,
    lambda: "a" + 1,
    lambda: None.missing,
    lambda: undefined_name,
    lambda: int("zz", 16),
    lambda: float("abc"),
    lambda: "abc".index("z"),
    lambda: (1, 2)[5],
    lambda: len(5),
    lambda: [].pop(),
    lambda: next(iter([])),
    lambda: chr(-1),
    lambda: [3, "a"] < [3, 1],
]
names = []
for check in checks:
    try:
        check()
    except Exception as error:
        names.append(type(error).__name__)
        print(type(error).__name__, "-", error)
try:
    raise KeyError("quoted")
except LookupError as error:
    print(repr(error), str(error), error.args)
sorted(set(names))
