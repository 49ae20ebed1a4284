total = 0
for n in [1, 2, 3]:
    total += n
print("total", total)
if total > 3:
    print("more than three")
unused = total
