import re

log = """2024-03-01 10:00:01 INFO  server started port=8080
2024-03-01 10:00:05 WARN  slow query took=1532ms table=users
2024-03-01 10:01:17 ERROR request failed status=500 path=/api/items
2024-03-01 10:02:00 INFO  request ok status=200 path=/api/items
this line is malformed
2024-03-01 10:03:44 ERROR request failed status=503 path=/api/users
"""

line_pattern = re.compile(r"^(?P<date>\d{4}-\d\d-\d\d) (?P<time>[\d:]+) (?P<level>[A-Z]+)\s+(?P<message>.*)$")
pair_pattern = re.compile(r"(\w+)=(\S+)")

by_level = {}
skipped = 0
for number, line in enumerate(log.splitlines(), start=1):
    match = line_pattern.match(line)
    if match is None:
        skipped += 1
        print("skipping line", number)
        continue
    fields = {}
    for key, value in pair_pattern.findall(match.group("message")):
        fields[key] = value
    by_level.setdefault(match.group("level"), []).append((match.group("time"), fields))

for level in sorted(by_level):
    print(f"{level}: {len(by_level[level])}")
    for time, fields in by_level[level]:
        print("   ", time, fields)
print("skipped:", skipped)
errors = [fields["status"] for _, fields in by_level["ERROR"]]
errors
