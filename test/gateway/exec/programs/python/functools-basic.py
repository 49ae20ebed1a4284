from functools import partial, reduce

compose = lambda *fns: reduce(lambda f, g: lambda x: g(f(x)), fns)
slug = compose(str.strip, str.lower, lambda s: s.replace(" ", "-"))
print(slug("  Hello Big World "))
power = partial(pow, 2)
print([power(n) for n in range(6)])
print(reduce(lambda acc, pair: {**acc, pair[0]: acc.get(pair[0], 0) + pair[1]}, [("a", 1), ("b", 2), ("a", 3)], {}))
merge = lambda a, b: a + [x for x in b if x not in a]
reduce(merge, [[1, 2], [2, 3], [3, 1, 4]], [])
