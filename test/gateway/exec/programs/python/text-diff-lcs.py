def lcs(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a, 1):
        for j, y in enumerate(b, 1):
            table[i][j] = table[i - 1][j - 1] + 1 if x == y else max(table[i - 1][j], table[i][j - 1])
    return table

def diff(old, new):
    table = lcs(old, new)
    i, j = len(old), len(new)
    out = []
    while i or j:
        if i and j and old[i - 1] == new[j - 1]:
            out.append("  " + old[i - 1])
            i, j = i - 1, j - 1
        elif j and (not i or table[i][j - 1] >= table[i - 1][j]):
            out.append("+ " + new[j - 1])
            j -= 1
        else:
            out.append("- " + old[i - 1])
            i -= 1
    out.reverse()
    return out

def levenshtein(a, b):
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            current.append(min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (x != y)))
        previous = current
    return previous[-1]

old = "def f(x):\n    y = x + 1\n    return y\n".split("\n")
new = "def f(x, z):\n    y = x + 1\n    print(z)\n    return y\n".split("\n")
for line in diff(old, new):
    print(line)
print(lcs("AGGTAB", "GXTXAYB")[-1][-1])
words = ["response", "resolve", "rseponse", "pose"]
print(sorted((levenshtein("response", w), w) for w in words))
levenshtein("kitten", "sitting")
