from pprint import pformat, pprint
import reprlib

data = {"name": "demo", "files": [{"path": f"src/module_{i}.py", "lines": i * 10} for i in range(3)], "empty": {}}
pprint(data)
pprint(data, sort_dicts=False, width=60)
print(pformat([1, 2, 3]), pformat("x" * 5))
pprint({"b": 1, "a": (1,)}, compact=True)
print(reprlib.repr(list(range(100))))
pprint(["a long string of words that goes on and on", "and another one that is just as long"], width=50)
len(pformat(data))
