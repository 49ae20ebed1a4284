import itertools

seen = []

def noted(n):
    seen.append(n)
    return n

print(next(n for n in map(noted, itertools.count(1)) if n * n > 20), seen)
seen.clear()
print(any(noted(n) > 2 for n in range(10)), seen)
squares = (n * n for n in itertools.count())
print(list(itertools.takewhile(lambda n: n < 30, squares)), next(squares))
pairs = zip(itertools.cycle("ab"), range(3))
print(next(pairs), list(pairs), list(pairs))
evens = filter(lambda n: n % 2 == 0, iter(range(10)))
print(next(evens), next(evens), sum(evens))
[list(itertools.islice(itertools.count(start), 2)) for start in (1, 5)]
