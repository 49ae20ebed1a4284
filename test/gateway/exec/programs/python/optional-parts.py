import math

try:
    import csv
    import tomllib
    readers = ["csv", "toml"]
except ImportError:
    readers = []
print(readers)
try:
    total = math.fsum([0.1] * 10)
except Exception as error:
    total = None
    print("failed:", type(error).__name__)
print(total, hasattr("", "removeprefix"), hasattr(math, "fsum"), getattr(math, "hypot", None) is not None)

def first(items, fallback="none"):
    try:
        return items[0].strip()
    except (IndexError, AttributeError):
        return fallback

print(first([" a "]), first([]), first([1]))
try:
    {1: "a"}[2]
except KeyError as error:
    print("no", error, error.args)
try:
    count = sum(line.startswith("#") for line in ["# a", "b"]) + True
except TypeError:
    count = -1
count
