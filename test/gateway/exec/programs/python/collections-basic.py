from collections import Counter, defaultdict, deque

groups = defaultdict(list)
for word in ["apple", "avocado", "banana", "blueberry", "cherry", "apricot"]:
    groups[word[0]].append(word)
print(dict(groups))
counter = Counter()
for words in groups.values():
    for word in words:
        counter[len(word)] += 1
print(counter.most_common(2))
queue = deque(["start"])
seen = []
edges = {"start": ["a", "b"], "a": ["c"], "b": ["c"], "c": []}
while queue:
    node = queue.popleft()
    if node in seen:
        continue
    seen.append(node)
    for neighbour in edges[node]:
        queue.append(neighbour)
print(seen)
nested = defaultdict(int)
for ch in "abracadabra":
    nested[ch] += 1
sorted(nested.items(), key=lambda kv: (-kv[1], kv[0]))
