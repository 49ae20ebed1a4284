d = {"b": 2, "a": 1}
d["c"] = 3
print(d, list(d), list(d.values()), list(d.items()))
print(d.get("z"), d.get("z", 0), d.setdefault("d", []), d.pop("d"), d.pop("zz", "default"))
d.update({"a": 10}, e=5)
print(d, len(d), "a" in d, sorted(d, key=d.get, reverse=True))
merged = d | {"b": 20}
d |= {"x": 0}
print(merged, d)
print(dict([("k", 1)]), dict(k=2), dict.fromkeys("ab", 0), {**{"a": 1}, **{"a": 2}})
inverted = {}
for key, value in {"x": 1, "y": 2, "z": 1}.items():
    inverted.setdefault(value, []).append(key)
print(inverted, d.popitem(), {1: "a"} == {1.0: "a"}, {True: "yes"}[1])
print(max(d, key=d.get), sum(d.values()), {k: v for k, v in sorted(d.items(), key=lambda kv: -kv[1])})
print(d.keys() & {"a", "q"}, list(reversed(d)), d.copy() == d)
nested = {"a": {"b": {"c": 1}}}
print(nested["a"]["b"]["c"], nested.get("x", {}).get("y"))
try:
    for key in d:
        d[key + "!"] = 1
except RuntimeError as error:
    print(error)
sorted(d)
