const table = {};
for (const line of readLines('shared/errors/codes.ts')) {
  const match = /^ {2}(?<code>[A-Z_]+): (?<kind>tool|local)\(/.exec(line);
  if (match) table[match.groups.code] = { kind: match.groups.kind, uses: 0 };
}
for (const path of listFiles({ root: 'gateway', patterns: ['*.ts'] })) {
  for (const line of readLines(path)) {
    for (const [, code] of line.matchAll(/'([A-Z_]+)'/g)) if (Object.hasOwn(table, code)) table[code].uses += 1;
  }
}
for (const [code, { kind, uses }] of Object.entries(table)) console.log(code.padEnd(24), kind.padEnd(6), uses);
table;
