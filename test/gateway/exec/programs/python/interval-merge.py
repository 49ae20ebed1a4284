spans = [("a.py", 1, 10), ("a.py", 8, 20), ("b.py", 5, 6), ("a.py", 30, 35), ("b.py", 7, 9), ("a.py", 21, 22)]

def merge(intervals):
    merged = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged

by_path = {}
for path, start, end in spans:
    by_path.setdefault(path, []).append((start, end))
covered = {}
for path in sorted(by_path):
    parts = merge(by_path[path])
    covered[path] = sum(end - start + 1 for start, end in parts)
    print(path, parts, covered[path])
raw = sum(end - start + 1 for _, start, end in spans)
print(f"{sum(covered.values())} of {raw} lines are distinct ({sum(covered.values()) / raw:.1%})")
covered
