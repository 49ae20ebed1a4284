paths = """
src/main.py
src/util/text.py
src/util/__init__.py
README.md
tests/test_text.py
tests/data/sample.json
""".split()

tree = {}
for path in paths:
    *folders, name = path.split("/")
    node = tree
    for folder in folders:
        node = node.setdefault(folder + "/", {})
    node[name] = None

def render(node, prefix=""):
    lines = []
    entries = sorted(node.items(), key=lambda item: (item[1] is None, item[0]))
    for i, (name, child) in enumerate(entries):
        last = i == len(entries) - 1
        lines.append(prefix + ("└── " if last else "├── ") + name)
        if child:
            lines.extend(render(child, prefix + ("    " if last else "│   ")))
    return lines

print("\n".join(render(tree)))

def count(node):
    if node is None:
        return 1, 0
    files, folders = 0, 1
    for child in node.values():
        f, d = count(child)
        files += f
        folders += d
    return files, folders

count(tree)
