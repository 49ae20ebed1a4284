const commits = ['2024-01-30T23:30:00Z', '2024-01-31T00:10:00Z', '2024-02-29T12:00:00Z', '2024-03-04T08:00:00+05:30', '2023-12-31T23:59:59-01:00'].map((text) => new Date(text));
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const format = (d) => `${d.getUTCFullYear()}-${String(d.getUTCMonth() + 1).padStart(2, '0')}-${String(d.getUTCDate()).padStart(2, '0')} ${days[d.getUTCDay()]} ${String(d.getUTCHours()).padStart(2, '0')}:${String(d.getUTCMinutes()).padStart(2, '0')}`;
for (const date of commits.toSorted((a, b) => a - b)) console.log(format(date));
const byMonth = Object.groupBy(commits, (d) => d.toISOString().slice(0, 7));
for (const month of Object.keys(byMonth).sort()) console.log(month, byMonth[month].length);
const week = (date) => {
  const day = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()));
  day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));
  return Math.ceil(((day - Date.UTC(day.getUTCFullYear(), 0, 1)) / 86_400_000 + 1) / 7);
};
console.log(commits.map(week).join());
const isLeap = (year) => new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
console.log([1900, 2000, 2023, 2024].map(isLeap).join(), new Date(Date.UTC(2024, 2, 0)).getUTCDate());
const span = Math.max(...commits) - Math.min(...commits);
`${Math.floor(span / 86_400_000)} days ${Math.floor((span % 86_400_000) / 3_600_000)} h`;
