people = [("Zoe", 31), ("adam", 25), ("Bob", 31), ("carol", 25), ("Dave", 40)]
print(sorted(people))
print(sorted(people, key=lambda p: p[0].lower()))
print(sorted(people, key=lambda p: (-p[1], p[0])))
print(sorted(people, key=lambda p: p[1], reverse=True))
names = [name for name, _ in people]
names.sort(key=str.lower)
print(names)
names.sort(key=len)
print(names)
print(sorted("hello world".split(), key=lambda s: s[-1]))
print(max(people, key=lambda p: p[1]), min(people, key=lambda p: p[1]))
print(sorted([3, -1, 2.5, True, False]))
print(list(reversed(sorted({"b", "a", "c"}))))
versions = ["1.10.0", "1.9.2", "1.2.10", "2.0.0", "1.9.10"]
sorted(versions, key=lambda v: tuple(int(part) for part in v.split(".")))
