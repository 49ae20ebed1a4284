from string import Template, ascii_lowercase, digits, punctuation, capwords

letter = Template("Dear $name,\n${count} files cost $$5. $unknown stays")
print(letter.safe_substitute(name="Ada", count=3))
try:
    letter.substitute(name="Ada")
except KeyError as error:
    print("missing", error)
print(ascii_lowercase[:5], digits, len(punctuation), capwords("hello big world"))
rotated = ascii_lowercase[13:] + ascii_lowercase[:13]
table = str.maketrans(ascii_lowercase, rotated)
print("hello".translate(table), "uryyb".translate(table))
"".join(ch for ch in "a-b,c!" if ch not in punctuation)
