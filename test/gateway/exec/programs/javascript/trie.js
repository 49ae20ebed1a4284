class Trie {
  #root = new Map();
  insert(word) {
    let node = this.#root;
    for (const ch of word) {
      if (!node.has(ch)) node.set(ch, new Map());
      node = node.get(ch);
    }
    node.set('$', word);
    return this;
  }
  *#walk(node) {
    for (const [ch, child] of node) {
      if (ch === '$') yield child;
      else yield* this.#walk(child);
    }
  }
  find(prefix) {
    let node = this.#root;
    for (const ch of prefix) {
      node = node.get(ch);
      if (!node) return [];
    }
    return [...this.#walk(node)].sort();
  }
}
const trie = 'readSpan readFile read search searchRegex query queue listFiles'.split(' ').reduce((t, w) => t.insert(w), new Trie());
for (const prefix of ['read', 'se', 'qu', 'x', '']) console.log(JSON.stringify(prefix), trie.find(prefix).join(' '));
const commonPrefix = (words) => {
  const [first, last] = [words.toSorted()[0], words.toSorted().at(-1)];
  let n = 0;
  while (n < first.length && first[n] === last[n]) n++;
  return first.slice(0, n);
};
commonPrefix(['searchRegex', 'search', 'searcher']);
