from collections import ChainMap, Counter, OrderedDict, defaultdict, deque, namedtuple

c = Counter("mississippi")
c.update("miss")
c.subtract({"p": 1})
print(sorted(c.items()), (c - Counter("iii"))["i"], (c & Counter("ssm")).most_common())
print(sorted(Counter(a=3, b=1).elements()), sum(c.values()))

graph = defaultdict(set)
for a, b in [("x", "y"), ("x", "z"), ("y", "z")]:
    graph[a].add(b)
print({k: sorted(v) for k, v in graph.items()}, graph["new"], len(graph))

d = deque([1, 2, 3], maxlen=3)
d.append(4)
d.appendleft(0)
d.rotate(1)
print(d, d.pop(), d.popleft(), list(d))

od = OrderedDict(a=1, b=2, c=3)
od.move_to_end("a")
print(list(od), od.popitem(last=False), od == OrderedDict(c=3, a=1))

Point = namedtuple("Point", "x y", defaults=[0])
p = Point(3)
print(p, p._replace(y=4), p._asdict(), Point._fields, p + (9,))

config = ChainMap({"debug": True}, {"debug": False, "port": 80})
print(config["debug"], config["port"], sorted(config), len(config.maps))
p.x + p.y
