from __future__ import annotations
from typing import Any, Callable, Generic, Iterable, Iterator, NamedTuple, Optional, Protocol, TypedDict, TypeVar, Union, cast

T = TypeVar("T")

class Finding(NamedTuple):
    path: str
    line: int
    note: Optional[str] = None

class Options(TypedDict, total=False):
    depth: int
    name: str

class Sized(Protocol):
    def size(self) -> int: ...

class Stack(Generic[T]):
    def __init__(self) -> None:
        self.items: list[T] = []
    def push(self, item: T) -> Stack[T]:
        self.items.append(item)
        return self
    def pop(self) -> T:
        return self.items.pop()

class Folder:
    def size(self) -> int:
        return 7

def apply(fn: Callable[[int], int], values: Iterable[int]) -> Iterator[int]:
    for value in values:
        yield fn(value)

def measure(thing: Sized | None) -> Union[int, str]:
    return thing.size() if thing else "nothing"

options: Options = {"depth": 2}
finding = Finding("a.py", 3)
print(finding, finding.note, finding[1], finding._asdict())
print(Stack[int]().push(1).push(2).pop(), list(apply(lambda n: n + 1, [1, 2])), measure(Folder()), measure(None))
print(cast(Any, options)["depth"], apply.__annotations__["values"], Finding.__annotations__["line"])
x: int = 5
finding._replace(note="n")
