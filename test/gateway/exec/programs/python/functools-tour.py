from functools import cmp_to_key, lru_cache, partial, reduce, singledispatch, total_ordering, wraps

calls = []

def traced(prefix):
    def decorate(fn):
        @wraps(fn)
        def inner(*args, **kwargs):
            calls.append(f"{prefix}{fn.__name__}{args}")
            return fn(*args, **kwargs)
        return inner
    return decorate

@traced("> ")
def add(a, b=1):
    """adds"""
    return a + b

@lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

@total_ordering
class Level:
    def __init__(self, n):
        self.n = n
    def __eq__(self, other):
        return self.n == other.n
    def __lt__(self, other):
        return self.n < other.n

@singledispatch
def describe(value):
    return "thing"

@describe.register
def _(value: int):
    return "int"

@describe.register(list)
def _(value):
    return f"list of {len(value)}"

print(add(1), add(2, b=5), add.__name__, add.__doc__, calls)
print(fib(80), fib.cache_info().misses)
print(reduce(lambda acc, x: acc * x, range(1, 6)), reduce(lambda a, b: a + b, [], "empty"))
print(partial(int, base=2)("1010"), sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)))
print(Level(1) < Level(2), Level(2) >= Level(2), max(Level(3), Level(5)).n)
print(describe(1), describe([1, 2]), describe("x"))
fib(50)
