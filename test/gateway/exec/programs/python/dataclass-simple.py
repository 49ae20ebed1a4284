from dataclasses import dataclass

@dataclass
class Span:
    path: str
    start: int
    end: int = 0

spans = [Span("b.py", 10, 20), Span("a.py", 1, 5), Span("a.py", 6)]
print(spans[0])
print(spans[1] == Span("a.py", 1, 5), spans[0] == spans[1])
for span in sorted(spans, key=lambda s: (s.path, s.start)):
    print(f"{span.path}:{span.start}-{span.end}")
spans[2].end = 9
print([s.end - s.start for s in spans])
sum(s.end - s.start + 1 for s in spans)
