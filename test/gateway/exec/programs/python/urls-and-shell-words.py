from fnmatch import fnmatch
from html import escape, unescape
from urllib.parse import parse_qs, quote, unquote, urlencode, urljoin, urlparse
import shlex

url = urlparse("https://user@example.com:8443/a/b.html;p?x=1&y=2&x=3#frag")
print(url.scheme, url.hostname, url.port, url.path, url.query, url.fragment)
print(parse_qs(url.query), urlencode({"q": "a b&c", "n": 1}), quote("a b/ü"), unquote("%C3%BC+x"))
print(urljoin("https://example.com/docs/guide.html", "../img/x.png"))
print(escape('<a href="x">&</a>'), unescape("&lt;&eacute;&#39;"))
print(shlex.split("run --name 'two words' \"and more\" plain\\ one"), shlex.quote("it's"))
print([p for p in ["a.py", "b.txt", "src/c.py"] if fnmatch(p, "*.py")], fnmatch("test_1", "test_[0-9]"))
url.netloc
