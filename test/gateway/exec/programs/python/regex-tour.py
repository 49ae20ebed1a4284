import re

text = "Contact: ada@example.com, grace@navy.mil; phone +1-555-0100 or 555-0199. Price: $1,234.50"
print(re.findall(r"[\w.]+@[\w.]+\w", text))
print(re.search(r"(\d{3})-(\d{4})", text).groups(), re.search(r"\$([\d,.]+)", text).group(1))
print(re.sub(r"\d", "#", text)[-20:], re.subn("o", "0", "foo boo"))
print(re.split(r"[,;]\s*", "a, b;c,d"), re.split(r"(\d)", "a1b2c"))
print(re.sub(r"(\w+)@(\w+)", r"\2 at \1", "me@home"), re.sub(r"(?P<a>x)", r"[\g<a>]", "axa"))
print([m.span() for m in re.finditer(r"o\w", "foo bor on")], bool(re.fullmatch(r"\d+", "123a")))
print(re.findall(r"(?i)PRICE|phone", text), re.findall(r"^\w+", "one\ntwo x\nthree", re.M))
print(re.findall(r"<.+?>", "<a><b>"), re.findall(r"<.+>", "<a><b>"), re.match(r"b", "ab"))
print(re.findall(r"\b\w{3}\b", "one three two four"), re.findall(r"foo(?=bar)|(?<=x)y", "foobar xy foo"))
m = re.match(r"(?P<year>\d{4})-(?P<month>\d\d)", "2024-05-06")
print(m.groupdict(), m.group("year", "month"), m.start("month"), m.end(), m.string, m[0])
print(re.escape("a.b*c"), re.compile(r"a b # note", re.X).pattern)
print(re.findall(r"(\w)\1", "hello book"), re.findall(r"a|b|", "ab"), re.sub("", "-", "ab"))
try:
    re.compile("(unclosed")
except re.error:
    print("bad pattern")
m.groups()
