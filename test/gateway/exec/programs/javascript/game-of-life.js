const key = (x, y) => `${x},${y}`;
function step(cells) {
  const counts = new Map();
  for (const cell of cells) {
    const [x, y] = cell.split(',').map(Number);
    for (const dx of [-1, 0, 1]) for (const dy of [-1, 0, 1]) if (dx || dy) counts.set(key(x + dx, y + dy), (counts.get(key(x + dx, y + dy)) ?? 0) + 1);
  }
  return new Set([...counts].filter(([cell, n]) => n === 3 || (n === 2 && cells.has(cell))).map(([cell]) => cell));
}
const show = (cells, size = 5) => Array.from({ length: size }, (_, y) => Array.from({ length: size }, (_, x) => (cells.has(key(x, y)) ? '#' : '.')).join('')).join('\n');
let glider = new Set(['1,0', '2,1', '0,2', '1,2', '2,2']);
for (let generation = 0; generation < 3; generation++) {
  console.log(`${show(glider)}\n`);
  glider = step(glider);
}
[...glider].sort();
