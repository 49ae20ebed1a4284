import re

sources = {
    "main.py": "import app\nimport config\nfrom util import helper\n",
    "app.py": "from db import connect\nimport config\n",
    "db.py": "import config\nfrom util import helper\n",
    "config.py": "import json\n",
    "util.py": "# no imports here\nx = 'import fake'\n",
}

def imports_of(text):
    found = []
    for line in text.split("\n"):
        match = re.match(r"\s*(?:from|import)\s+(\w+)", line)
        if match:
            found.append(match.group(1) + ".py")
    return found

graph = {name: [target for target in imports_of(text) if target in sources] for name, text in sources.items()}
for name in sorted(graph):
    print(name, "->", ", ".join(graph[name]) or "-")

def topological(graph):
    degree = {node: len(targets) for node, targets in graph.items()}
    ready = sorted(node for node in degree if degree[node] == 0)
    order = []
    while ready:
        node = ready.pop(0)
        order.append(node)
        for other in sorted(graph):
            if node in graph[other]:
                degree[other] -= 1
                if degree[other] == 0:
                    ready.append(other)
                    ready.sort()
    if len(order) != len(graph):
        raise ValueError("a cycle")
    return order

print(topological(graph))
graph["config.py"].append("main.py")
try:
    topological(graph)
except ValueError as error:
    print("error:", error)
{name: len(targets) for name, targets in graph.items()}
