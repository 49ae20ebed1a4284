import re

def shout(match):
    return match.group(0).upper() + "!"

print(re.sub(r"\b\w", lambda m: m.group().upper(), "snake case words"))
print(re.sub(r"warn\w*", shout, "a warning and a warn"))

def camel_to_snake(name):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda m: "_" + m.group(1).lower(), name).lower()

print([camel_to_snake(n) for n in ["readSpan", "HTTPServer", "listFiles2Go"]])
print(re.sub(r"_(\w)", lambda m: m.group(1).upper(), "to_camel_case"))
counter = {"n": 0}
def number(match):
    counter["n"] += 1
    return f"[{counter['n']}]"
print(re.sub(r"\*", number, "a * b * c"))
values = {"name": "Ada", "n": 3}
re.sub(r"\{(\w+)\}", lambda m: str(values.get(m.group(1), m.group(0))), "{name} has {n} of {what}")
