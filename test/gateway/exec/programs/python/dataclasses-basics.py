from dataclasses import asdict, astuple, dataclass, field, replace

@dataclass(order=True)
class Version:
    major: int
    minor: int = 0
    patch: int = 0

    def __str__(self):
        return f"{self.major}.{self.minor}.{self.patch}"

    @classmethod
    def parse(cls, text):
        return cls(*map(int, text.split(".")))

@dataclass
class Package:
    name: str
    version: Version
    tags: list = field(default_factory=list)
    size: int = field(default=0, repr=False, compare=False)

@dataclass(frozen=True)
class Point:
    x: float
    y: float = 0.0

    def __post_init__(self):
        if self.x < 0:
            raise ValueError("negative")

a = Package("demo", Version.parse("1.2.3"), ["cli"], 10)
b = replace(a, size=99)
print(a, a == b, b.size)
print(max(Version(1, 2), Version(1, 10), Version(0, 99)), Version(1) < Version(1, 0, 1))
print(asdict(a))
print(astuple(a.version))
b.tags.append("shared")
print(a.tags, Package("other", Version(2)).tags)
print({Point(1.0): "one"}[Point(1.0, 0.0)], Point(2))
try:
    Point(1).x = 5
except AttributeError as error:
    print(type(error).__name__)
try:
    Point(-1)
except ValueError as error:
    print("ValueError:", error)
asdict(b)
