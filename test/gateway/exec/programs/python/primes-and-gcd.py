def sieve(limit):
    flags = [True] * (limit + 1)
    flags[0] = flags[1] = False
    n = 2
    while n * n <= limit:
        if flags[n]:
            for multiple in range(n * n, limit + 1, n):
                flags[multiple] = False
        n += 1
    return [i for i, is_prime in enumerate(flags) if is_prime]

def factorise(n):
    factors = {}
    d = 2
    while d * d <= n:
        while n % d == 0:
            factors[d] = factors.get(d, 0) + 1
            n //= d
        d += 1
    if n > 1:
        factors[n] = 1
    return factors

def gcd(a, b):
    while b:
        a, b = b, a % b
    return a

primes = sieve(50)
print(primes, len(primes), sum(primes))
print(factorise(360), factorise(97), factorise(2 ** 10 * 3))
print(gcd(1071, 462), [n for n in range(2, 30) if all(n % p for p in primes if p < n)])
" * ".join(f"{p}^{e}" if e > 1 else str(p) for p, e in factorise(5040).items())
