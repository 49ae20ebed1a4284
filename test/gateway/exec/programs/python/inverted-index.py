import math
import re

documents = {
    "ledger.md": "The call ledger keeps every call once. A call that is repeated is answered from the ledger.",
    "streams.md": "A stream resumes after a drop. Frames are acked; a stream keeps unacked frames.",
    "limits.md": "Every limit has a reason. A call over a limit is refused, never cut.",
}
stop = set("the a is that of from has after are every".split())

def words(text):
    return [w for w in re.findall(r"[a-z]+", text.lower()) if w not in stop]

index = {}
for name, text in documents.items():
    for position, word in enumerate(words(text)):
        index.setdefault(word, {}).setdefault(name, []).append(position)

def score(query):
    scores = {}
    for word in words(query):
        postings = index.get(word, {})
        if not postings:
            continue
        idf = math.log(1 + len(documents) / len(postings))
        for name, positions in postings.items():
            scores[name] = scores.get(name, 0.0) + len(positions) * idf
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))

print(len(index), sorted(index)[:5], index["call"])
for query in ["call ledger", "stream frames", "limit of a call", "nothing here matches xyz"]:
    print(query, "->", [(name, round(value, 3)) for name, value in score(query)])
score("keeps")[0][0]
