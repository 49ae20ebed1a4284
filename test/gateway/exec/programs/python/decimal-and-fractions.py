from decimal import ROUND_HALF_UP, Decimal, getcontext
from fractions import Fraction

print(0.1 + 0.2, Decimal("0.1") + Decimal("0.2"), Decimal("1.10") * 3, Decimal(1) / Decimal(7))
getcontext().prec = 10
print(Decimal(1) / Decimal(7), Decimal(2).sqrt(), Decimal("1E+3"), Decimal("-0.00"))
print(Decimal("2.675").quantize(Decimal("0.01"), rounding=ROUND_HALF_UP), Decimal("2.5").to_integral_value())
print(f"{Decimal('1234.5'):,.2f}", Decimal("10") > 9, sorted([Decimal("1.1"), Decimal("1.01")]))
third = Fraction(1, 3)
print(third + Fraction(1, 6), Fraction("0.125"), Fraction(6, 8), third * 3 == 1, float(Fraction(1, 4)))
print(Fraction(3.5), Fraction(355, 113).limit_denominator(10), third.numerator, repr(third))
str(sum([Fraction(1, n) for n in range(1, 8)]))
