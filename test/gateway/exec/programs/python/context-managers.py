from contextlib import ExitStack, contextmanager, suppress, redirect_stdout
import io

class Timer:
    def __enter__(self):
        print("enter")
        return self
    def __exit__(self, kind, value, tb):
        print("exit", kind.__name__ if kind else None, value)
        return kind is KeyError

with Timer() as timer:
    print("inside", isinstance(timer, Timer))
with Timer():
    raise KeyError("swallowed")

@contextmanager
def tag(name):
    print(f"<{name}>")
    try:
        yield name.upper()
    except RuntimeError as error:
        print("recovered from", error)
    finally:
        print(f"</{name}>")

with tag("a") as a, tag("b") as b:
    print(a, b)
with tag("c"):
    raise RuntimeError("oops")
with suppress(FileNotFoundError, ZeroDivisionError):
    1 / 0
with ExitStack() as stack:
    for name in "xy":
        stack.enter_context(tag(name))
    stack.callback(print, "callback")
buffer = io.StringIO()
with redirect_stdout(buffer):
    print("captured")
buffer.getvalue()
