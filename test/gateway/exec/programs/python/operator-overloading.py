class Vector:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __mul__(self, scale):
        return Vector(self.x * scale, self.y * scale)

    __rmul__ = __mul__

    def __neg__(self):
        return self * -1

    def __matmul__(self, other):
        return self.x * other.x + self.y * other.y

    def __eq__(self, other):
        return isinstance(other, Vector) and (self.x, self.y) == (other.x, other.y)

    def __hash__(self):
        return hash((self.x, self.y))

    def __getitem__(self, index):
        return (self.x, self.y)[index]

    def __bool__(self):
        return bool(self.x or self.y)

    def __repr__(self):
        return f"Vector({self.x}, {self.y})"

    def __format__(self, spec):
        return f"<{self.x:{spec}}, {self.y:{spec}}>"

    def __call__(self, name):
        return getattr(self, name)

v, w = Vector(1, 2), Vector(3, 4)
print(v + w, v * 3, 3 * v, -v, v @ w, v == Vector(1, 2), v != w, bool(Vector(0, 0)))
print(len({v, Vector(1, 2), w}), list(v), f"{v:.1f}", v("y"), sum([v, w], Vector(0, 0)))
try:
    v.z = 1
except AttributeError:
    print("no z")
x, y = w
x * y
