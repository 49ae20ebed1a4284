a = {1, 2, 3, 4}
b = set([3, 4, 5])
print(sorted(a | b), sorted(a & b), sorted(a - b), sorted(a ^ b))
print(a >= {1, 2}, {1} < a, a.isdisjoint({9}), 3 in a, len(a), {1, 2} <= {1, 2, 3})
a.add(10)
a.discard(99)
a.remove(1)
a.update([7, 7])
print(sorted(a), sorted(a.union([0], (20,))), sorted(a.intersection(b)))
frozen = frozenset("hello")
print(len(frozen), {frozen: "key"}[frozenset("ohell")], sorted(frozen))
unique = []
seen = set()
for item in [3, 1, 3, 2, 1]:
    if item not in seen:
        seen.add(item)
        unique.append(item)
print(unique, list(dict.fromkeys("abracadabra")))
print({x % 3 for x in range(10)} == {0, 1, 2}, set() == set([]), bool(set()))
defined = {"read", "write", "list", "helper"}
used = {"read", "list", "missing"}
sorted(defined - used)
