const start = new Date(Date.UTC(2024, 1, 27));
for (let i = 0; i < 4; i++) {
  const day = new Date(start.getTime() + i * 86_400_000);
  console.log(day.toISOString(), day.getUTCDay(), day.toISOString().slice(0, 10));
}
const a = new Date('2024-03-10T12:00:00Z');
const b = new Date('2024-02-28T18:30:00.250Z');
console.log((a - b) / 3_600_000, a > b, a.getTime(), b.getUTCMilliseconds());
console.log(new Date('2024-06-01T22:30:00+02:00').toISOString(), new Date(0).toJSON());
console.log(Date.parse('2024-01-01'), Number.isNaN(Date.parse('nonsense')), Date.UTC(1970, 0, 2));
const moved = new Date(Date.UTC(2024, 0, 31));
moved.setUTCMonth(1);
console.log(moved.toISOString(), new Date(Date.UTC(2023, 11, 31, 23, 59, 60)).toISOString());
try {
  new Date(NaN).toISOString();
} catch (error) {
  console.log(error.name);
}
console.log(typeof Date.now(), Date.now() > 1_600_000_000_000);
Math.round((Date.UTC(2025, 0, 1) - Date.UTC(2024, 0, 1)) / 86_400_000);
