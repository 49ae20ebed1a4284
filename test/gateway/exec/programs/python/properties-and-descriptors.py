class Positive:
    def __set_name__(self, owner, name):
        self.name = "_" + name
    def __get__(self, obj, owner=None):
        return self if obj is None else getattr(obj, self.name)
    def __set__(self, obj, value):
        if value <= 0:
            raise ValueError(f"{self.name[1:]} must be positive")
        setattr(obj, self.name, value)

class Base:
    registry = []
    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Base.registry.append(cls.__name__)

class Box(Base):
    width = Positive()
    height = Positive()

    def __init__(self, width, height):
        self.width, self.height = width, height

    @property
    def area(self):
        return self.width * self.height

    @area.setter
    def area(self, value):
        self.height = value / self.width

    @staticmethod
    def unit():
        return "cm"

    @classmethod
    def square(cls, side):
        return cls(side, side)

    def __getattr__(self, name):
        return f"no {name}"

class Labelled(Box):
    @property
    def area(self):
        return super().area + 1

box = Box.square(4)
print(box.area, box.unit(), Box.unit(), box.colour)
box.area = 20
print(box.height, Labelled(2, 3).area, Base.registry)
try:
    Box(0, 1)
except ValueError as error:
    print(error)
print(hasattr(box, "width"), getattr(box, "x", 1), sorted(vars(box)), isinstance(Labelled(1, 1), Base))
box.area
