from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

@dataclass
class Span:
    path: str
    line: int

class Level(Enum):
    INFO = 1

Pair = namedtuple("Pair", "a b")
{
    "none": None, "flags": [True, False], "numbers": [1, -2.5, 1e300, 2 ** 53 - 1, 2 ** 60, -(2 ** 70)],
    "floats": [float("nan"), float("inf"), -float("inf"), 0.1, 1.0],
    "text": "é 🎉 \" \\ \n", "bytes": b"ab\x00", "tuple": (1, (2,)), "pair": Pair(1, "x"), "queue": deque([1, 2]),
    "set": {3, 1, 2}, "names": frozenset(["b", "a"]), "range": range(3), "date": date(2024, 5, 6),
    "decimal": Decimal("1.50"), "span": Span("a.py", 3), "level": Level.INFO, "complex": 1 + 2j,
    "keys": {1: "int", None: "none", (1, "a"): "tuple", True: "overwrites the int", 2.5: "float", date(2024, 1, 1): "date"},
    "counter": Counter("aab"), "ordered": OrderedDict(z=1, a=2), "default": defaultdict(list, {"k": [1]}),
    "empty": [[], {}, (), "", set()],
}
