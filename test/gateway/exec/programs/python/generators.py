def countdown(n):
    while n > 0:
        yield n
        n -= 1
    return "lift-off"

def relay(n):
    outcome = yield from countdown(n)
    yield outcome

def running_average():
    total, count, average = 0.0, 0, None
    while True:
        value = yield average
        total += value
        count += 1
        average = total / count

print(list(relay(3)))
averager = running_average()
next(averager)
print([averager.send(v) for v in (10, 20, 60)])
averager.close()

def lines_of(text):
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line.strip()

long_lines = (pair for pair in lines_of("a\n\n  longer line \nlast") if len(pair[1]) > 3)
print(next(long_lines), list(long_lines))

def guarded():
    try:
        yield 1
        yield 2
    finally:
        print("closed")

g = guarded()
print(next(g))
g.close()
try:
    next(g)
except StopIteration:
    print("exhausted")
sum(x * x for x in range(10) if x % 2)
