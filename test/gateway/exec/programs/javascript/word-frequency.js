const text = `The quick brown fox jumps over the lazy dog. The dog barks;
the fox runs away. A quick dog is a happy dog.`;
const counts = {};
for (const word of text.toLowerCase().match(/[a-z]+/g)) counts[word] = (counts[word] || 0) + 1;
const ranked = Object.entries(counts).sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
for (const [word, n] of ranked.slice(0, 4)) console.log(word, '*'.repeat(n));
console.log(ranked.length, Object.values(counts).reduce((a, b) => a + b), 'missing' in counts);
ranked[0];
