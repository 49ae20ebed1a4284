def to_roman(n):
    pairs = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
             (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]
    out = ""
    for value, symbol in pairs:
        while n >= value:
            out += symbol
            n -= value
    return out

def from_roman(text):
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
    total = 0
    for a, b in zip(text, text[1:] + " "):
        total += -values[a] if values.get(b, 0) > values[a] else values[a]
    return total

def to_base(n, base):
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    if n == 0:
        return "0"
    out = []
    sign = "-" if n < 0 else ""
    n = abs(n)
    while n:
        n, remainder = divmod(n, base)
        out.append(digits[remainder])
    return sign + "".join(reversed(out))

for n in (4, 9, 14, 1994, 2024, 3999):
    roman = to_roman(n)
    print(n, roman, from_roman(roman) == n)
print([to_base(255, b) for b in (2, 8, 16, 36)], to_base(-10, 3), int("zz", 36), int("-1010", 2))
to_base(2 ** 40, 36)
