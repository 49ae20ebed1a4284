def rule(number):
    table = {}
    for i in range(8):
        key = (bool(i & 4), bool(i & 2), bool(i & 1))
        table[key] = bool(number >> i & 1)
    return table

table = rule(110)
row = [False] * 30 + [True]
for _ in range(8):
    print("".join("█" if cell else "·" for cell in row))
    padded = [False] + row + [False]
    row = [table[(padded[i - 1], padded[i], padded[i + 1])] for i in range(1, len(padded) - 1)]
row.count(True)
