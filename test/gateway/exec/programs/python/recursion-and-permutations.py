def permutations(items):
    if len(items) <= 1:
        return [items]
    result = []
    for i in range(len(items)):
        rest = items[:i] + items[i + 1:]
        for tail in permutations(rest):
            result.append([items[i]] + tail)
    return result

def hanoi(n, a="A", b="B", c="C"):
    if n == 0:
        return 0
    return hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a)

def flatten(value):
    if not isinstance(value, (list, tuple)):
        return [value]
    flat = []
    for item in value:
        flat.extend(flatten(item))
    return flat

def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))

memo = {}
def paths(rows, columns):
    if rows == 0 or columns == 0:
        return 1
    if (rows, columns) not in memo:
        memo[(rows, columns)] = paths(rows - 1, columns) + paths(rows, columns - 1)
    return memo[(rows, columns)]

print(permutations([1, 2, 3]))
print(hanoi(8), flatten([1, [2, (3, [4, []])], "five"]), ackermann(2, 3))
print(paths(10, 10), len(memo))
def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)
depth(400)
