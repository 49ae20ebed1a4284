function parseCsv(text) {
  const rows = [];
  let row = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const ch = text[i];
    if (quoted) {
      if (ch !== '"') cell += ch;
      else if (text[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (ch === '"') quoted = true;
    else if (ch === ',') {
      row.push(cell);
      cell = '';
    } else if (ch === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
    } else cell += ch;
  }
  return rows;
}

const [header, ...rows] = parseCsv(`name,team,commits,lines
Ada,core,42,"1,204"
Grace,core,17,388
"Torvalds, L.",kernel,1,"12,001"
"says ""hi""",kernel,3,7
`);
const people = rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
console.log(people.length, people[2].name, people[3].name);
const teams = people.reduce((acc, { team, commits, lines }) => {
  const entry = (acc[team] ??= { people: 0, commits: 0, lines: 0 });
  entry.people += 1;
  entry.commits += Number(commits);
  entry.lines += Number(lines.replaceAll(',', ''));
  return acc;
}, {});
for (const [team, entry] of Object.entries(teams)) console.log(team, Object.values(entry).join(' '));
teams;
