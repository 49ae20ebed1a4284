import json

raw = '{"name": "demo", "version": "1.2.3", "tags": ["a", "b"], "nested": {"ok": true, "none": null, "pi": 3.14, "big": 12345678901234567890}, "text": "caf\\u00e9 \\"quoted\\" \\n line"}'
data = json.loads(raw)
print(sorted(data))
print(data["nested"]["ok"], data["nested"]["none"], data["nested"]["big"])
print(data["text"])
print(json.dumps(data["nested"], sort_keys=True))
print(json.dumps({"b": [1, 2.0, None], "a": {"x": "é"}}, indent=2, sort_keys=True))
print(json.dumps([1, 2, {"k": True}], separators=(",", ":")))
print(json.dumps("é", ensure_ascii=False), json.dumps("é"))
print(json.dumps({1: "int key", None: "none key", False: "bool key"}))
print(json.dumps([]), json.dumps({}), json.dumps([[]], indent=1))
for broken in ['{"a": }', "[1, 2", "nul"]:
    try:
        json.loads(broken)
    except ValueError as error:
        print("broken:", broken)
json.loads(json.dumps(data)) == data
