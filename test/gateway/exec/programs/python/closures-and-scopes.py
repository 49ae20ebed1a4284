def counter(start=0):
    value = start
    def bump(by=1):
        nonlocal value
        value += by
        return value
    def reset():
        nonlocal value
        value = start
    return bump, reset

bump, reset = counter(10)
print(bump(), bump(5), bump())
reset()
print(bump())

total = 0
def add_to_total(n):
    global total
    total += n
for n in [1, 2, 3]:
    add_to_total(n)
print(total)

late = [lambda: i for i in range(3)]
early = [lambda i=i: i for i in range(3)]
print([f() for f in late], [f() for f in early])

def appender(item, bucket=[]):
    bucket.append(item)
    return bucket
appender(1)
print(appender(2), appender(3, []))

def kinds(a, /, b, *args, c=3, **kwargs):
    return a, b, args, c, sorted(kwargs.items())
print(kinds(1, 2), kinds(1, b=2, d=4), kinds(1, 2, 3, 4, c=5, z=0))
x = "global"
def shadow():
    x = "local"
    return [x for _ in range(1)]
shadow() + [x]
