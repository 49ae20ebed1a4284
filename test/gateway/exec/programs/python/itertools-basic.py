from itertools import accumulate, chain, count, cycle, islice, pairwise, repeat, zip_longest

print(list(chain([1, 2], [3], [])))
print(list(accumulate([5, 1, 4, 2])))
print(list(islice(count(1), 5)), list(islice(cycle([1, 2]), 3)))
sizes = [100, 120, 90, 130]
print([b - a for a, b in pairwise(sizes)])
print(list(zip_longest(["a", "b", "c"], [1, 2])))
print(list(zip(repeat("k"), range(3))))
print(dict(zip("abc", count())))
list(islice(accumulate(count(1)), 6))
