def describe(node):
    match node:
        case {"type": "file", "size": 0}:
            return "empty file"
        case {"type": "file", "name": str(name), **rest} if name.endswith(".py"):
            return f"python file {name} {sorted(rest)}"
        case {"type": "file" | "link", "name": name}:
            return f"file {name}"
        case [first, *others]:
            return f"list of {1 + len(others)} from {first!r}"
        case []:
            return "empty list"
        case int(n) if n > 100:
            return "big"
        case 0 | 1:
            return "bit"
        case None:
            return "nothing"
        case (str() | bytes()) as text:
            return f"text {text!r}"
        case _:
            return "something"

class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y):
        self.x, self.y = x, y

def where(p):
    match p:
        case Point(0, 0):
            return "origin"
        case Point(x=0, y=y):
            return f"on y at {y}"
        case Point(x, y) if x == y:
            return "diagonal"
        case Point():
            return "elsewhere"

for node in [{"type": "file", "size": 0}, {"type": "file", "name": "a.py", "size": 3}, {"type": "link", "name": "b"}, [1, 2, 3], [], 500, 1, None, "hey", 3.5]:
    print(describe(node))
print([where(Point(*xy)) for xy in [(0, 0), (0, 5), (2, 2), (1, 2)]])
"ok"
