class Trie:
    def __init__(self):
        self.root = {}

    def insert(self, word):
        node = self.root
        for ch in word:
            node = node.setdefault(ch, {})
        node["$"] = word

    def find(self, prefix):
        node = self.root
        for ch in prefix:
            if ch not in node:
                return []
            node = node[ch]
        found = []
        pending = [node]
        while pending:
            current = pending.pop()
            for key, child in current.items():
                if key == "$":
                    found.append(child)
                else:
                    pending.append(child)
        return sorted(found)

trie = Trie()
for name in "readSpan readFile read search searchRegex query queue listFiles".split():
    trie.insert(name)
for prefix in ["read", "se", "qu", "x", ""]:
    print(f"{prefix!r}: {trie.find(prefix)}")
def common_prefix(words):
    words = sorted(words)
    first, last = words[0], words[-1]
    n = 0
    while n < min(len(first), len(last)) and first[n] == last[n]:
        n += 1
    return first[:n]
common_prefix(["searchRegex", "search", "searcher"])
