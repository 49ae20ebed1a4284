import re

text = "first line\nreturn foo()\n"
print(re.search(r"\)$", text) is not None, re.findall(r"foo\(\)$", text), re.search(r"\)\Z", text))
print(re.findall(r"\w+$", "one\ntwo\n", re.MULTILINE), re.match(r".*$", "abc\n").group())
print(re.split(r"(,)\s*", "a, b,c"), re.split(r"[,;]", "a,b;c"), re.compile(r"\s+").split("a b  c"))
print(repr(re.sub(r",\s*", r"\n", "a, b,c")), repr(re.sub("-", "\\t", "a-b")))
print(re.sub(r"(\w+) (\w+)", r"\2 \1", "hello world"), re.sub("x*", "-", "abxd"))
print(re.findall(r"a|b|", "ab"), [m.span() for m in re.finditer(r"\b", "ab c")])
re.sub(r"\s+$", "", text)
