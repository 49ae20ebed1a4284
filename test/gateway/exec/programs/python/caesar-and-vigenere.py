def shift(ch, by):
    if not ch.isalpha():
        return ch
    base = ord("A") if ch.isupper() else ord("a")
    return chr((ord(ch) - base + by) % 26 + base)

def caesar(text, by):
    return "".join(shift(ch, by) for ch in text)

def vigenere(text, key, sign=1):
    out, position = [], 0
    for ch in text:
        if ch.isalpha():
            by = ord(key[position % len(key)].lower()) - ord("a")
            out.append(shift(ch, sign * by))
            position += 1
        else:
            out.append(ch)
    return "".join(out)

secret = caesar("Hello, World!", 3)
print(secret, caesar(secret, -3))
hidden = vigenere("Attack at dawn", "Lemon")
print(hidden, vigenere(hidden, "Lemon", -1))
rows = [caesar("Khoor", -n) for n in range(5)]
rows
