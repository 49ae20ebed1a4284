import copy

original = {"list": [1, 2], "nested": {"k": [3]}}
shallow = copy.copy(original)
deep = copy.deepcopy(original)
original["list"].append(99)
original["nested"]["k"][0] = "changed"
print(shallow)
print(deep)
a = [1, 2]
b = a
b += [3]
print(a, a is b, a[:] is a)
def mutate(items, n):
    items.append(n)
    n += 1
    items = ["rebound"]
    return n
n = 1
print(mutate(a, n), a, n)
cyclic = [1]
cyclic.append(cyclic)
print(copy.deepcopy(cyclic)[1][1][0], cyclic)
t = ([1], 2)
t[0].append(5)
t
