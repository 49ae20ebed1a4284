"""Copies a tree of Python sources without their docstrings, and prints the questions those were.

Arguments: source folder, target folder. Prints one JSON array of {path, start, end, name, text}: the first sentence of a
function's docstring, and where the function is in the copy. Lines stay where they were, so that both trees have the same.
"""

import ast
import json
import os
import re
import sys

SKIPPED = {"__pycache__", "test", "tests", "dist-packages", "site-packages", "idlelib", "turtledemo", "_vendor", "_distutils"}


def first_sentence(text):
    paragraph = re.split(r"\n\s*\n", text.strip())[0]
    sentence = re.split(r"(?<=[.!?])\s", " ".join(paragraph.split()))[0].rstrip(".")
    return sentence


def documented(tree):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)
    for node in ast.walk(tree):
        if isinstance(node, kinds) and ast.get_docstring(node) is not None:
            yield node


def strip(source, path, questions):
    tree = ast.parse(source)
    lines = source.split("\n")
    for node in documented(tree):
        expression = node.body[0]
        first, last = expression.lineno - 1, expression.end_lineno - 1
        if first == getattr(node, "lineno", 0) - 1 or "\n" in lines[first][: expression.col_offset]:
            continue
        rest = lines[last].encode()[expression.end_col_offset :].decode()
        for at in range(first, last + 1):
            lines[at] = ""
        lines[first] = " " * expression.col_offset + ("pass" if len(node.body) == 1 else "") + rest.lstrip(" ;")
        is_function = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        text = first_sentence(ast.get_docstring(node))
        if is_function and 4 <= len(text.split()) <= 25 and node.end_lineno - node.lineno >= 3:
            questions.append(
                {"path": path, "start": node.lineno, "end": node.end_lineno, "name": node.name, "text": text}
            )
    return "\n".join(lines)


def main(source_root, target_root):
    questions = []
    for folder, folders, files in os.walk(source_root):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not os.path.islink(os.path.join(folder, name)))
        for name in sorted(files):
            whole = os.path.join(folder, name)
            path = os.path.relpath(whole, source_root)
            if not name.endswith(".py") or os.path.islink(whole) or os.path.getsize(whole) > 1024 * 1024:
                continue
            try:
                with open(whole, encoding="utf-8") as file:
                    stripped = strip(file.read(), path, questions)
                ast.parse(stripped)
            except (SyntaxError, ValueError):
                continue
            target = os.path.join(target_root, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "w", encoding="utf-8") as file:
                file.write(stripped)
    json.dump(questions, sys.stdout)


main(sys.argv[1], sys.argv[2])
