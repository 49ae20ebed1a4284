xs = list(range(8))
xs[1:3] = ["a", "b", "c"]
print(xs)
xs[::4] = [0, 0, 0]
print(xs)
del xs[0]
del xs[2:4]
print(xs)
d = {"a": 1, "b": 2}
del d["a"]
print(d, "a" in d)
name = 1
del name
try:
    name
except NameError as error:
    print(error)
xs[len(xs):] = ["end"]
xs.insert(1, "inserted")
print(xs.pop(), xs.pop(0), xs.index("inserted"))
xs
