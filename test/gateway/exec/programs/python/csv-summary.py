import csv
import io
from collections import defaultdict

text = """name,team,commits,lines
Ada,core,42,"1,204"
Grace,core,17,388
Linus,kernel,99,"12,001"
"Torvalds, L.",kernel,1,7
"""

rows = list(csv.DictReader(io.StringIO(text)))
print(len(rows), rows[0]["name"], rows[3]["name"])

per_team = defaultdict(lambda: {"people": 0, "commits": 0, "lines": 0})
for row in rows:
    entry = per_team[row["team"]]
    entry["people"] += 1
    entry["commits"] += int(row["commits"])
    entry["lines"] += int(row["lines"].replace(",", ""))

out = io.StringIO()
writer = csv.writer(out, lineterminator="\n")
writer.writerow(["team", "people", "commits", "lines", "note"])
for team in sorted(per_team):
    entry = per_team[team]
    writer.writerow([team, entry["people"], entry["commits"], entry["lines"], 'says "hi", twice'])
print(out.getvalue(), end="")
dict(per_team)
