from pathlib import PurePosixPath

paths = ["src/app/main.py", "src/app/test_main.py", "docs/guide.tar.gz", "README", "src/lib/.hidden"]
for text in paths:
    p = PurePosixPath(text)
    print(f"{p.name:<14}|{p.stem:<12}|{p.suffix:<5}|{p.parent}|{len(p.parts)}")
p = PurePosixPath("src") / "app" / "../lib"
print(p, p.joinpath("x.py"), PurePosixPath("a/b/c").relative_to("a"), p.with_name("new"))
print(PurePosixPath("a/b.py").with_suffix(".txt"), PurePosixPath("/a").is_absolute(), PurePosixPath("a.py").match("*.py"))
print([str(parent) for parent in PurePosixPath("a/b/c/d").parents], "/".join(PurePosixPath("x/y").parts))
tree = {}
for text in paths:
    node = tree
    for part in PurePosixPath(text).parts:
        node = node.setdefault(part, {})
def show(node, indent=0):
    for name in sorted(node):
        print(" " * indent + name + ("/" if node[name] else ""))
        show(node[name], indent + 2)
show(tree)
sorted({PurePosixPath(t).suffix for t in paths})
