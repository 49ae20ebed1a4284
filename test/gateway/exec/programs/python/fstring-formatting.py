import math

value, text, number = 1234567.891, "abc", 255
print(f"{value:,.2f} {value:.3e} {value:12.1f}| {value:<12.0f}| {value:^14.2f}|")
print(f"{text:>6}|{text:<6}|{text:^7}|{text:*^9}|{text!r:>8}")
print(f"{number:b} {number:o} {number:x} {number:X} {number:#x} {number:#b} {number:08b} {number:_}")
print(f"{1000000:_} {1000000:,} {42:+} {-42:+} {42: } {42:05} {-42:=6}")
print(f"{0.256:.1%} {1/3:.4f} {2/3:g} {1e-7:g} {1e16} {1.0} {123456789.0:g}")
print(f"{number=} {text=!s} {number * 2 = }")
width, precision = 10, 3
print(f"{math.pi:{width}.{precision}f}|{text:{'>'}{width}}")
print(f"{{literal}} {'nested ' + f'{text}'} {[x for x in range(3)]} {({'k': 1})['k']}")
print(f"{True} {None} {True:d} {3.0:.0f} {2.5:.0f} {3.5:.0f} {-0.0}")
print(f"{'many' if number > 1 else 'one'} {number if number else 0:>5} {(lambda n: n + 1)(number)}")
print(format(3.14159, ".2f"), format("x", ">4"), format(1234, ","))
f"{number:>{width}}"
