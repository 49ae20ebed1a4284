import math

print(2 ** 200)
print(math.factorial(30), math.comb(50, 25), math.gcd(2 ** 40, 6 ** 20), math.lcm(4, 6, 10))
print(pow(3, 1000, 1_000_007), pow(7, -1, 31), (10 ** 30) // 7, (10 ** 30) % 7, divmod(-17, 5), divmod(17, -5))
print(math.isqrt(10 ** 20 + 1), (2 ** 64 - 1).bit_length(), bin(10), hex(255), oct(8), int("ff", 16), int("0b101", 0))
print(-7 // 2, -7 % 3, 7 // -2, int(-3.9), round(2.5), round(3.5), round(-2.5), round(1234.5678, 2), round(1234, -2))
print((1 << 70) | 1, (2 ** 70) >> 68, ~5, 6 & 3, 6 ^ 3, -1 >> 3)
print(10 ** 18 + 1 == 10 ** 18 + 1.0, float(2 ** 53 + 1), 1e308 * 10, 2 ** 0.5)

def fibonacci(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a

print(fibonacci(150), len(str(fibonacci(1000))), sum(int(d) for d in str(2 ** 100)))
fibonacci(70)
