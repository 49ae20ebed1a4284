{
    "none": None, "flags": [True, False], "numbers": [1, -2.5, 1e300, 2 ** 53 - 1, 2 ** 60, -(2 ** 70)],
    "floats": [float("nan"), float("inf"), -float("inf"), 0.1, 1.0],
    "text": "é 🎉 \" \\ \n", "bytes": b"ab\x00'", "tuple": (1, (2,)),
    "set": {3, 1, 2}, "names": frozenset(["b", "a"]), "range": range(3),
    "keys": {1: "int", None: "none", (1, "a"): "tuple", 2.5: "float", b"k": "bytes", "s": "str"},
    "empty": [[], {}, (), "", set()],
}
