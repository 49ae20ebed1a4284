import statistics as st
from fractions import Fraction

sizes = [12, 15, 11, 200, 14, 13, 15, 18]
print(st.mean(sizes), st.median(sizes), st.mode(sizes), st.median_low(sizes), st.median_high(sizes))
print(f"{st.stdev(sizes):.4f} {st.pstdev(sizes):.4f} {st.variance(sizes):.4f}")
print(st.quantiles(sizes, n=4))
print(st.multimode("aabbc"), st.fmean([1, 2, 4]), st.harmonic_mean([40, 60]))
print(st.mean([Fraction(1, 2), Fraction(1, 3)]))
try:
    st.mean([])
except st.StatisticsError as error:
    print("StatisticsError")
round(st.mean(sizes), 2)
