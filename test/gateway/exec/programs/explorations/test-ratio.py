def room_of(path):
    parts = path.split("/")
    return parts[1] if parts[0] == "test" else parts[0]

rooms = {}
for path in list_files(patterns=["*.ts"]):
    kind = "test" if path.startswith("test/") else "source"
    room = rooms.setdefault(room_of(path), {"source": 0, "test": 0})
    room[kind] += sum(1 for line in read_lines(path) if line.strip())
ratios = {}
for room, counts in sorted(rooms.items()):
    if counts["source"]:
        # In whole percents, so that no rounding differs.
        ratios[room] = 100 * counts["test"] // counts["source"]
        print(f"{room:<10} {counts['source']:>6} {counts['test']:>6} {ratios[room]:>4}%")
ratios
