import re

texts = {path: "\n".join(read_lines(path)) for path in list_files(patterns=["*.ts"])}
words = {path: set(re.findall(r"\w+", text)) for path, text in texts.items()}
unused = []
for path in sorted(texts):
    if not path.startswith("shared/"):
        continue
    for name in re.findall(r"^export (?:async )?(?:const|class|interface|function|type) (\w+)", texts[path], re.M):
        if not any(name in found for other, found in words.items() if other != path):
            unused.append(f"{path}#{name}")
print(len(unused), "exports that nobody else names")
unused
