const log = `2024-03-01 10:00:01 INFO  server started port=8080
2024-03-01 10:00:05 WARN  slow query took=1532ms table=users
2024-03-01 10:01:17 ERROR request failed status=500 path=/api/items
this line is malformed
2024-03-01 10:03:44 ERROR request failed status=503 path=/api/users`;

const linePattern = /^(?<date>\d{4}-\d\d-\d\d) (?<time>[\d:]+) (?<level>[A-Z]+)\s+(?<message>.*)$/;
const byLevel = {};
let skipped = 0;
log.split('\n').forEach((line, index) => {
  const match = linePattern.exec(line);
  if (!match) {
    skipped++;
    console.log('skipping line', index + 1);
    return;
  }
  const { time, level, message } = match.groups;
  const fields = Object.fromEntries([...message.matchAll(/(\w+)=(\S+)/g)].map(([, key, value]) => [key, value]));
  (byLevel[level] ??= []).push({ time, fields });
});
for (const level of Object.keys(byLevel).sort()) {
  console.log(`${level}: ${byLevel[level].length}`);
  for (const { time, fields } of byLevel[level]) console.log('   ', time, JSON.stringify(fields));
}
console.log('skipped:', skipped);
byLevel.ERROR.map(({ fields }) => Number(fields.status));
