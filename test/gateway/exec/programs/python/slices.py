xs = list(range(10))
print(xs[2:5], xs[:3], xs[7:], xs[-3:], xs[:-7], xs[::3], xs[::-2], xs[5:2], xs[5:2:-1], xs[100:])
print("abcdef"[::-1], "abcdef"[-4:-1], (1, 2, 3, 4)[1::2], range(20)[3:15:4])
copy = xs[:]
copy[0] = 99
print(xs[0], copy[0])
print(xs[slice(1, 4)], xs[-1], [xs[i:i + 4] for i in range(0, len(xs), 4)])
try:
    xs[10]
except IndexError as error:
    print(error)
list(range(10, 0, -3))
