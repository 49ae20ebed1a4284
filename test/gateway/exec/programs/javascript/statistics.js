const sizes = [12, 15, 11, 200, 14, 13, 15, 18];
const sum = (list) => list.reduce((a, b) => a + b, 0);
const mean = (list) => sum(list) / list.length;
const median = (list) => {
  const sorted = list.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const deviation = (list) => Math.sqrt(sum(list.map((x) => (x - mean(list)) ** 2)) / (list.length - 1));
const mode = (list) => [...Map.groupBy(list, (x) => x)].sort((a, b) => b[1].length - a[1].length)[0][0];
const quantile = (list, q) => {
  const sorted = list.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  return sorted[low] + (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]) * (at - low);
};
console.log(mean(sizes), median(sizes), mode(sizes), deviation(sizes).toFixed(4));
console.log([0, 0.25, 0.5, 0.75, 1].map((q) => quantile(sizes, q)).join(' '), Math.min(...sizes), Math.max(...sizes));
const outliers = sizes.filter((x) => Math.abs(x - mean(sizes)) > 2 * deviation(sizes));
const bins = sizes.reduce((acc, x) => { const bin = x < 13 ? 'small' : x < 50 ? 'medium' : 'large'; acc[bin] = (acc[bin] ?? 0) + 1; return acc; }, {});
console.log(outliers.join(), JSON.stringify(bins));
({ n: sizes.length, mean: mean(sizes), median: median(sizes) });
