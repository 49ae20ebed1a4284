def multiply(a, b):
    return [[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]

def transpose(m):
    return [list(row) for row in zip(*m)]

def determinant(m):
    if len(m) == 1:
        return m[0][0]
    total = 0
    for j, value in enumerate(m[0]):
        minor = [row[:j] + row[j + 1:] for row in m[1:]]
        total += (-1) ** j * value * determinant(minor)
    return total

a = [[1, 2], [3, 4]]
b = [[0, 1], [1, 0]]
print(multiply(a, b), transpose([[1, 2, 3], [4, 5, 6]]))
print(determinant([[2, 0, 1], [1, 3, 2], [1, 1, 1]]))
identity = [[1 if i == j else 0 for j in range(3)] for i in range(3)]
for row in identity:
    print(" ".join(str(v) for v in row))
spiral = []
grid = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
while grid:
    spiral += grid.pop(0)
    grid = [list(row) for row in zip(*grid)][::-1]
print(spiral)
shared = [[0] * 2] * 2
shared[0][0] = 9
shared
