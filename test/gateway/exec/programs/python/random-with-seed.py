import random

random.seed(7)
numbers = [random.randint(1, 100) for _ in range(5)]
print(numbers)
rng = random.Random(42)
print(rng.random(), rng.choice("abcdef"), rng.sample(range(20), 4))
items = list(range(6))
rng.shuffle(items)
print(items, round(rng.gauss(0, 1), 6), rng.choices("xyz", weights=[1, 5, 1], k=6))
inside = sum(rng.random() ** 2 + rng.random() ** 2 <= 1 for _ in range(20000))
print(abs(4 * inside / 20000 - 3.14) < 0.1)
random.Random(1).getrandbits(16)
