from enum import Enum, IntEnum, auto, unique

@unique
class Level(Enum):
    DEBUG = 10
    INFO = 20
    ERROR = 40

    @property
    def short(self):
        return self.name[0]

    @classmethod
    def parse(cls, text):
        return cls[text.upper()]

class Priority(IntEnum):
    LOW = 1
    HIGH = 2

class Kind(Enum):
    FILE = auto()
    FOLDER = auto()

print([level.name for level in Level], Level(20), repr(Level.INFO), Level.parse("error").short)
print(Level.DEBUG is Level(10), Level.DEBUG == 10, Priority.HIGH > Priority.LOW, Priority.LOW + 1)
print(Kind.FOLDER.value, {Kind.FILE: "f"}[Kind.FILE], len(Kind), isinstance(Kind.FILE, Kind))
try:
    Level(99)
except ValueError as error:
    print("ValueError")
{level.name: level.value for level in Level}
