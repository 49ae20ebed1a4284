import re

files = {
    "shared/limits.ts": "export const MAX = 200;\nexport const MIN = 1;\nconst hidden = 2;\n",
    "gateway/reader.ts": "export class Reader {}\nexport interface Span {}\nexport async function read() {}\nexport type Path = string;\n",
    "gateway/main.ts": "import { MAX } from '../shared/limits.ts';\nimport { Reader, read } from './reader.ts';\nnew Reader();\n",
    "bridge/main.ts": "import { MAX as LIMIT } from '../shared/limits.ts';\n",
}
export = re.compile(r"^export (?:async )?(const|class|interface|function|type) (\w+)", re.MULTILINE)
imported = re.compile(r"import \{([^}]*)\} from '([^']+)'")

exports = {}
for path, text in files.items():
    for kind, name in export.findall(text):
        exports[(path, name)] = kind

def resolve(base, target):
    parts = base.split("/")[:-1]
    for piece in target.split("/"):
        if piece == "..":
            parts.pop()
        elif piece != ".":
            parts.append(piece)
    return "/".join(parts)

used = set()
for path, text in files.items():
    for names, target in imported.findall(text):
        for name in names.split(","):
            used.add((resolve(path, target), name.split(" as ")[0].strip()))

for (path, name), kind in sorted(exports.items()):
    print(f"{path:<20} {kind:<10} {name:<8} {'used' if (path, name) in used else 'UNUSED'}")
unused = sorted(name for path, name in exports if (path, name) not in used)
unused
