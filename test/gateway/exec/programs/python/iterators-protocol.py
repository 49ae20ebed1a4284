class Countdown:
    def __init__(self, start):
        self.start = start
    def __iter__(self):
        self.now = self.start
        return self
    def __next__(self):
        if self.now <= 0:
            raise StopIteration
        self.now -= 1
        return self.now + 1

class Lines:
    def __init__(self, text):
        self.text = text
    def __getitem__(self, index):
        return self.text.split("\n")[index]
    def __len__(self):
        return self.text.count("\n") + 1

print(list(Countdown(3)), sum(Countdown(4)), max(Countdown(2)), 2 in Countdown(3))
lines = Lines("one\ntwo\nthree")
print(len(lines), lines[1], list(lines), lines[-1], list(reversed(lines)), "two" in lines)
it = iter([1, 2, 3])
print(next(it), list(it), next(it, "empty"))
print(list(iter(iter([1, 2, 0, 3]).__next__, 0)))
print(list(zip([1, 2, 3], "ab")), list(map(lambda a, b: a * b, [1, 2], [3, 4])), list(filter(None, [0, 1, "", "x"])))
try:
    list(zip([1], [1, 2], strict=True))
except ValueError:
    print("lengths differ")
list(enumerate("ab", 1))
