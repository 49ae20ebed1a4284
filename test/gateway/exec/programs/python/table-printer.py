rows = [
    {"file": "gateway/main.ts", "lines": 1204, "ratio": 0.1234},
    {"file": "a.ts", "lines": 7, "ratio": 1.0},
    {"file": "bridge/uplink/dial.ts", "lines": 88, "ratio": 0.5},
]
columns = ["file", "lines", "ratio"]
cells = [[r["file"], f"{r['lines']:,}", f"{r['ratio']:.0%}"] for r in rows]
widths = [max(len(column), *(len(row[i]) for row in cells)) for i, column in enumerate(columns)]
print(" | ".join(c.upper().ljust(w) for c, w in zip(columns, widths)))
print("-+-".join("-" * w for w in widths))
for row in cells:
    print(" | ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths))))
print("=" * (sum(widths) + 3 * (len(widths) - 1)))
total = sum(r["lines"] for r in rows)
print(f"{'total':<{widths[0]}} | {total:>{widths[1]},} |")
bars = [(r["file"].split("/")[-1], round(20 * r["lines"] / total)) for r in rows]
for name, size in bars:
    print(f"{name:>8} {'#' * size}{'.' * (20 - size)}")
total
