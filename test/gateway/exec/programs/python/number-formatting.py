import math

print(1 / 3, 2 / 3, 10 / 3, 1e15, 1e16, 123456789012345678.0, 1e-4, 1e-5, 0.1 + 0.2)
print(round(2.675, 2), round(0.5), round(1.5), round(-0.5), round(1e20), round(123.456, -1), round(7))
print(int(3.99), int(-3.99), math.floor(-1.5), math.ceil(-1.5), math.trunc(2.7), 7.0 // 2, -7.5 % 2)
print(float("1e3"), float(" 2.5 "), int(" 42 "), int("1_000"), complex(1, 2) if False else 0)
print(math.sqrt(2), math.log(10), math.log2(8), math.log10(1000), math.hypot(3, 4), math.exp(1))
print(math.isclose(0.1 + 0.2, 0.3), math.inf > 10 ** 100, math.isnan(math.nan), math.nan == math.nan)
print(abs(-5), abs(-2.5), pow(2, 10), 2 ** -1, divmod(7.5, 2), sum([0.1] * 3), min(3, 1.5), max([2, 7]))
print(5 == 5.0, 1 < 2 < 3, 1 < 3 > 2, 0.1 + 0.2 == 0.3, 10 ** 20, 3.0, 3.10, -0.0 == 0.0)
print((0.5).as_integer_ratio(), (255).bit_length(), (3.0).is_integer(), 1e3 == 1000)
print(math.prod([1, 2, 3, 4]), math.degrees(math.pi), round(math.sin(1), 6), math.copysign(1, -0.0))
1 / 7
