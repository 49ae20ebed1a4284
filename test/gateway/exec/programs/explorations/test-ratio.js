const rooms = {};
for (const path of listFiles('.', ['*.ts'])) {
  const [part, ...rest] = path.split('/');
  const room = (rooms[part === 'test' ? rest[0] : part] ??= { source: 0, test: 0 });
  room[part === 'test' ? 'test' : 'source'] += readLines(path).filter((line) => line.trim() !== '').length;
}
const ratios = Object.fromEntries(
  Object.entries(rooms)
    .filter(([, { source }]) => source > 0)
    .map(([room, { source, test }]) => [room, Math.floor((100 * test) / source)]),
);
for (const [room, percent] of Object.entries(ratios)) console.log(room.padEnd(10), `${percent}%`);
ratios;
