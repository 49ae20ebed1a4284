import unicodedata

text = "naïve café — 日本語 🎉 Ω"
print(len(text), len(text.encode("utf-8")), len(text.encode("utf-16-le")))
print(text.upper(), text[::-1])
print([hex(ord(ch)) for ch in "é🎉"], chr(0x1F600), "\u00e9" == "é", "\N{GREEK SMALL LETTER ALPHA}")
decomposed = unicodedata.normalize("NFD", "é")
print(len(decomposed), decomposed == "é", unicodedata.normalize("NFC", decomposed) == "é")
print("".join(ch for ch in unicodedata.normalize("NFD", "àéîõü") if unicodedata.category(ch) != "Mn"))
print(unicodedata.name("Ω"), unicodedata.category("A"), unicodedata.category("1"))
print("日本語".isalpha(), "٣".isdigit(), int("٣"), "Straße".casefold() == "STRASSE".casefold())
print(repr("tab\t nul\x00 bell\x07 é \u200b 🎉"), ascii("é🎉"))
print("é".encode("latin-1"), b"\xff\xfe".decode("utf-8", errors="replace"), "é".encode("ascii", "ignore"))
print(sorted(["éa", "ea", "za", "Ab"]), "İ".lower() == "i̇", "ﬁ".upper())
[ch for ch in text if ord(ch) > 127]
