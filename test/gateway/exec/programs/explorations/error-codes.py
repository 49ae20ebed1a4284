import re

entry = re.compile(r"^  ([A-Z_]+): (tool|local)\(")
table = {}
for line in read_lines("shared/errors/codes.ts"):
    match = entry.match(line)
    if match:
        table[match.group(1)] = {"kind": match.group(2), "uses": 0}
for path in list_files("gateway", ["*.ts"]):
    for line in read_lines(path):
        for code in re.findall(r"'([A-Z_]+)'", line):
            if code in table:
                table[code]["uses"] += 1
for code, row in table.items():
    print(f"{code:<24} {row['kind']:<6} {row['uses']:>3}")
table
