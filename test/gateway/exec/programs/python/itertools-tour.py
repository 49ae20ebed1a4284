import itertools as it
from operator import itemgetter

print(list(it.chain([1], (2, 3), "ab")), list(it.chain.from_iterable([[1], [2, 3]])))
print(list(it.combinations("abc", 2)), list(it.permutations([1, 2, 3], 2))[:3])
print(list(it.product("ab", [0, 1])), list(it.combinations_with_replacement("ab", 2)))
rows = [("py", "a.py"), ("py", "b.py"), ("md", "r.md"), ("py", "c.py")]
for key, group in it.groupby(rows, key=itemgetter(0)):
    print(key, [name for _, name in group])
print({k: len(list(g)) for k, g in it.groupby(sorted(rows), key=itemgetter(0))})
print(list(it.accumulate([1, 2, 3, 4])), list(it.accumulate([3, 1, 4], max)), list(it.accumulate([1, 2], initial=10)))
print(list(it.takewhile(lambda x: x < 3, [1, 2, 3, 1])), list(it.dropwhile(lambda x: x < 3, [1, 2, 3, 1])))
print(list(it.islice(it.count(10, 5), 3)), list(it.islice(it.cycle("xy"), 5)), list(it.islice(range(10), 2, 8, 3)))
print(list(it.zip_longest([1, 2], "a", fillvalue="-")), list(it.pairwise([1, 4, 9])))
print(list(it.starmap(pow, [(2, 3), (3, 2)])), list(it.filterfalse(lambda x: x % 2, range(6))))
first, second = it.tee(iter([1, 2, 3]))
print(list(first), next(second), list(it.compress("abcd", [1, 0, 1, 1])), list(it.repeat("z", 2)))
sum(1 for _ in it.combinations(range(10), 3))
