print("{} {} {}".format(1, "two", 3.0))
print("{0}-{1}-{0}".format("a", "b"))
print("{name:>8}|{value:06.2f}".format(name="pi", value=3.14159))
print("{0[1]} {1[key]} {2.real}".format([10, 20], {"key": "v"}, 7))
print("{:<5}|{:^5}|{:>5}".format("l", "c", "r"))
print("{!r} {!s}".format("q", "q"))
print("{:,} {:.1%} {:x} {:#o} {:e}".format(1234567, 0.125, 255, 8, 1500.0))
print("{:{}}|{:{w}.{p}f}".format("pad", 6, 2.71828, w=8, p=2))
print("{{}} {}".format("braces"))
template = "{path}:{line}: {message}"
for finding in [{"path": "a.py", "line": 3, "message": "unused"}, {"path": "b.py", "line": 12, "message": "too long"}]:
    print(template.format(**finding))
"{:>5}".format(42)
