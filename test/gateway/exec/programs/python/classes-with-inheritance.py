from abc import ABC, abstractmethod

class Node(ABC):
    count = 0

    def __init__(self, name):
        self.name = name
        Node.count += 1

    @property
    def label(self):
        return f"{type(self).__name__}({self.name!r})"

    @abstractmethod
    def size(self):
        ...

    def __repr__(self):
        return f"<{self.label} {self.size()}>"

class File(Node):
    def __init__(self, name, length):
        super().__init__(name)
        self.length = length

    def size(self):
        return self.length

class Folder(Node):
    def __init__(self, name, *children):
        super().__init__(name)
        self.children = list(children)

    def size(self):
        return sum(child.size() for child in self.children)

    def __iter__(self):
        return iter(self.children)

    def __len__(self):
        return len(self.children)

    def __contains__(self, name):
        return any(child.name == name for child in self)

def show(node, depth=0):
    print("  " * depth + repr(node))
    if isinstance(node, Folder):
        for child in sorted(node, key=lambda c: c.name):
            show(child, depth + 1)

root = Folder("root", File("b.txt", 10), Folder("src", File("main.py", 200), File("app.py", 50)), File("a.txt", 1))
show(root)
print(len(root), "src" in root, "nope" in root, Node.count)
print([cls.__name__ for cls in Folder.mro()], issubclass(File, Node))
try:
    Node("x")
except TypeError:
    print("abstract")
root.size()
