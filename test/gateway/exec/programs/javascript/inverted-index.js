const documents = {
  'ledger.md': 'The call ledger keeps every call once. A call that is repeated is answered from the ledger.',
  'streams.md': 'A stream resumes after a drop. Frames are acked; a stream keeps unacked frames.',
  'limits.md': 'Every limit has a reason. A call over a limit is refused, never cut.',
};
const stop = new Set('the a is that of from has after are every'.split(' '));
const words = (text) => (text.toLowerCase().match(/[a-z]+/g) ?? []).filter((w) => !stop.has(w));
const index = new Map();
for (const [name, text] of Object.entries(documents)) {
  words(text).forEach((word, position) => {
    if (!index.has(word)) index.set(word, {});
    (index.get(word)[name] ??= []).push(position);
  });
}
function score(query) {
  const scores = {};
  for (const word of words(query)) {
    const postings = index.get(word);
    if (!postings) continue;
    const idf = Math.log(1 + Object.keys(documents).length / Object.keys(postings).length);
    for (const [name, positions] of Object.entries(postings)) scores[name] = (scores[name] ?? 0) + positions.length * idf;
  }
  return Object.entries(scores).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}
console.log(index.size, [...index.keys()].sort().slice(0, 5).join(), JSON.stringify(index.get('call')));
for (const query of ['call ledger', 'stream frames', 'limit of a call', 'nothing here matches xyz']) {
  console.log(query, '->', score(query).map(([name, value]) => `${name} ${value.toFixed(3)}`).join(', '));
}
score('keeps').map(([name]) => name);
