class ConfigError(Exception):
    """A configuration that can't be used."""
    def __init__(self, key, *, hint=None):
        super().__init__(f"bad key {key!r}")
        self.key = key
        self.hint = hint

class MissingKey(ConfigError, KeyError):
    pass

def load(config, key):
    try:
        return int(config[key])
    except KeyError as error:
        raise MissingKey(key, hint="add it") from error
    except ValueError as error:
        raise ConfigError(key) from error

for config in [{"port": "80"}, {}, {"port": "eighty"}]:
    try:
        print(load(config, "port"))
    except MissingKey as error:
        print("missing", error.key, error.hint, type(error.__cause__).__name__)
    except ConfigError as error:
        print(f"{type(error).__name__}: {error} <- {error.__cause__}")

try:
    try:
        1 / 0
    except ZeroDivisionError:
        raise RuntimeError("during handling")
except RuntimeError as error:
    print(error, "| context:", error.__context__)

try:
    raise ExceptionGroup("many", [ValueError("a"), TypeError("b")])
except* ValueError as group:
    print("values", [str(e) for e in group.exceptions])
except* TypeError as group:
    print("types", len(group.exceptions))

try:
    assert 1 + 1 == 3, "arithmetic works"
except AssertionError as error:
    print("assert:", error)
error = ValueError("with note")
error.add_note("seen in line 3")
print(error.__notes__, error.args, repr(error), isinstance(error, Exception))
issubclass(MissingKey, LookupError)
