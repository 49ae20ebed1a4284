first, *middle, last = [1, 2, 3, 4, 5]
print(first, middle, last)
a, (b, c), *rest = 1, (2, 3)
print(a, b, c, rest)
a, b = b, a
print(a, b)
for index, (key, value) in enumerate({"x": 1, "y": 2}.items(), start=1):
    print(index, key, value)
def total(*numbers, scale=1, **extra):
    return sum(numbers) * scale, extra
print(total(*[1, 2], *(3,), scale=2, **{"unit": "kb"}))
pairs = [(1, "a"), (2, "b")]
numbers, letters = zip(*pairs)
print(numbers, letters, [*numbers, *letters], (*pairs, ("end",)))
try:
    x, y = [1, 2, 3]
except ValueError as error:
    print(type(error).__name__, str(error)[:24])
head, *_ = "path/to/file".split("/")
x, [y, z] = 1, [2, 3]
print(x, y, z)
print(*({"a": 1} | {"b": 2}).items())
head
