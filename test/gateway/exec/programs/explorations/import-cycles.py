import re

files = [p for p in list_files(patterns=["*.ts"]) if not p.startswith("test/")]
graph = {}
for path in files:
    text = "\n".join(read_lines(path))
    targets = set()
    for target in re.findall(r"(?:from|import\() ?'(\.[^']+)'", text):
        parts = path.split("/")[:-1]
        for piece in target.split("/"):
            if piece == "..":
                parts.pop()
            elif piece != ".":
                parts.append(piece)
        targets.add("/".join(parts))
    graph[path] = sorted(t for t in targets if t != path)

def reachable(node):
    seen, pending = set(), list(graph.get(node, []))
    while pending:
        current = pending.pop()
        if current not in seen:
            seen.add(current)
            pending.extend(graph.get(current, []))
    return seen

reach = {node: reachable(node) for node in graph}
cycles = set()
for node in graph:
    if node in reach[node]:
        cycles.add(tuple(sorted(other for other in reach[node] if node in reach.get(other, set()))))
print(len(graph), "files,", sum(len(t) for t in graph.values()), "imports")
{"edges": sum(len(t) for t in graph.values()), "cycles": sorted([list(c) for c in cycles])}
