from collections import Counter

text = """The quick brown fox jumps over the lazy dog. The dog barks;
the fox runs away. A quick dog is a happy dog."""
words = [word.strip(".,;:!?").lower() for word in text.split()]
counts = Counter(words)
print(counts.most_common(3))
print(len(words), len(counts), sum(counts.values()))
for word, n in sorted(counts.items(), key=lambda kv: (-kv[1], kv[0])):
    if n > 1:
        print(word, "*" * n)
print(counts["missing"], "missing" in counts)
counts.most_common(1)[0]
