import re
from typing import Dict, List

sources = {
    "a.ts": "import { b } from './b.ts';\nimport type { C } from './c.ts';\n",
    "b.ts": "import { d } from './d.ts';\n",
    "c.ts": "export const c = 1;\n",
    "d.ts": "import { a } from './a.ts';\nimport { e } from './e.ts';\n",
    "e.ts": "export * from './c.ts';\nimport { self } from './e.ts';\n",
}
pattern = re.compile(r"from '\./([\w.]+)'")
graph: Dict[str, List[str]] = {name: pattern.findall(text) for name, text in sources.items()}

def strongly_connected(graph):
    """Tarjan, recursive."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in graph[node]:
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            component = []
            while True:
                last = stack.pop()
                component.append(last)
                if last == node:
                    break
            found.append(sorted(component))

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found

components = strongly_connected(graph)
for component in components:
    is_cycle = len(component) > 1 or component[0] in graph[component[0]]
    print("cycle" if is_cycle else "single", component)
fan_in = {name: sum(name in targets for targets in graph.values()) for name in graph}
print(fan_in)
[c for c in components if len(c) > 1]
