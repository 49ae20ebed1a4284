import re
from collections import Counter

table = {}
pattern = re.compile(r"^export (?:async |abstract )?(const|class|interface|function|type)\b")
for path in list_files(patterns=["*.ts"]):
    room = path.split("/")[0]
    for line in read_lines(path):
        match = pattern.match(line)
        if match:
            table.setdefault(room, Counter())[match.group(1)] += 1
for room in sorted(table):
    print(room, dict(sorted(table[room].items())))
{room: dict(counts) for room, counts in table.items()}
