inventory = {}
for line in "apple:3,pear:5,apple:4,fig:1".split(","):
    name, amount = line.split(":")
    inventory[name] = inventory.get(name, 0) + int(amount)
print(inventory)
print(sorted(inventory.items(), key=lambda item: item[1]), list(inventory.keys()))
inventory.pop("fig")
inventory.setdefault("kiwi", 0)
print(len(inventory), "fig" in inventory, inventory.get("fig", "gone"))
by_length = {}
for name in inventory:
    by_length.setdefault(len(name), []).append(name)
print(by_length)
print({key: value * 2 for key, value in inventory.items() if value})
inventory.clear()
inventory
