print(round(2.675, 2), round(1.15, 1), round(0.035, 2), round(1.005, 2), round(2.5), round(46 / 40, 1))
print("ab".center(5, "*"), "abc".center(6, "*"), f"{'ab':*^5}", "title".center(11).rstrip())
print(1.1 ** 10, pow(1.1, 10), 1.05 ** 20, 1.0 // 0.1, 0.3 % 0.1, divmod(7.5, 2))
print("Straße".casefold(), "they're bill's".title(), "hello wORLD".capitalize())
grid = {"1": 0.1 + 0.2, "2": 1e16, "3": 1 / 3}
print(grid, [f"{v:.2f}" for v in grid.values()], sorted(grid.values()))
average = [round(part / 7, 2) for part in range(1, 7)]
average
