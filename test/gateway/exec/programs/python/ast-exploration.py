import ast

source = '''
import os
from collections import Counter as C, deque

class Reader:
    """Reads."""
    def open_it(self, path, mode="r"):
        return path

    async def fetch(self, *urls, timeout=3, **rest):
        for url in urls:
            if url:
                yield url

def helper(x):
    def inner():
        pass
    return [inner for _ in range(x)]
'''
tree = ast.parse(source)
for node in ast.walk(tree):
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        args = [a.arg for a in node.args.args]
        print(f"{type(node).__name__} {node.name} line {node.lineno} to {node.end_lineno} args={args}")
    elif isinstance(node, ast.ImportFrom):
        print("from", node.module, [(alias.name, alias.asname) for alias in node.names])
print([ast.get_docstring(n) for n in tree.body if isinstance(n, ast.ClassDef)])

class Counter(ast.NodeVisitor):
    def __init__(self):
        self.branches = 0
    def visit_If(self, node):
        self.branches += 1
        self.generic_visit(node)
    visit_For = visit_If

counter = Counter()
counter.visit(tree)
print("branches", counter.branches)
print(ast.literal_eval("{'a': [1, 2.5, (True, None)], 'b': -3}"), ast.unparse(ast.parse("x=1+2 *y")))
try:
    ast.literal_eval("f(1)")
except ValueError:
    print("refused")
sorted(type(n).__name__ for n in tree.body)
