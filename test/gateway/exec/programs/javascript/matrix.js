const multiply = (a, b) => a.map((row) => b[0].map((_, j) => row.reduce((sum, x, k) => sum + x * b[k][j], 0)));
const transpose = (m) => m[0].map((_, j) => m.map((row) => row[j]));
const determinant = (m) =>
  m.length === 1 ? m[0][0] : m[0].reduce((sum, v, j) => sum + (-1) ** j * v * determinant(m.slice(1).map((row) => row.toSpliced(j, 1))), 0);
console.log(JSON.stringify(multiply([[1, 2], [3, 4]], [[0, 1], [1, 0]])), JSON.stringify(transpose([[1, 2, 3], [4, 5, 6]])));
console.log(determinant([[2, 0, 1], [1, 3, 2], [1, 1, 1]]));
const identity = Array.from({ length: 3 }, (_, i) => Array.from({ length: 3 }, (_, j) => Number(i === j)));
for (const row of identity) console.log(row.join(' '));
const spiral = [];
let grid = [[1, 2, 3], [4, 5, 6], [7, 8, 9]];
while (grid.length) {
  spiral.push(...grid.shift());
  grid = grid.length ? transpose(grid).reverse() : [];
}
spiral;
