log = """a1b2c3|ada|2024-01-30|add the reader|3|120|4
d4e5f6|bob|2024-01-30|fix a typo|1|1|1
0a1b2c|ada|2024-02-02|split the reader: one idea a file|7|210|190
ffeedd|cy|2024-02-14|docs: how to start|2|55|0
123abc|ada|2024-02-14|fix the reader at end of file|1|6|2"""

commits = []
for line in log.splitlines():
    sha, author, day, subject, files, added, removed = line.split("|")
    commits.append({"sha": sha, "author": author, "day": day, "subject": subject, "files": int(files), "added": int(added), "removed": int(removed)})

authors = {}
for commit in commits:
    stats = authors.setdefault(commit["author"], {"commits": 0, "net": 0, "days": set()})
    stats["commits"] += 1
    stats["net"] += commit["added"] - commit["removed"]
    stats["days"].add(commit["day"])

for author, stats in sorted(authors.items(), key=lambda item: (-item[1]["commits"], item[0])):
    print(f"{author:>4} {stats['commits']} commits, net {stats['net']:+d}, on {len(stats['days'])} days")
months = {}
for commit in commits:
    year, month, _ = commit["day"].split("-")
    months.setdefault(f"{year}/{month}", []).append(commit["sha"])
print(months)
churn = sorted(commits, key=lambda c: c["added"] + c["removed"], reverse=True)
print([(c["sha"], c["added"] + c["removed"]) for c in churn[:2]])
fixes = [c["subject"] for c in commits if c["subject"].lower().startswith("fix")]
print(fixes, max(len(c["subject"]) for c in commits))
longest = max(commits, key=lambda c: len(c["subject"]))
print(longest["subject"].split(": ", 1))
{author: stats["net"] for author, stats in authors.items()}
