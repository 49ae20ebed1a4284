def check(text):
    pairs = {")": "(", "]": "[", "}": "{"}
    stack = []
    for index, ch in enumerate(text):
        if ch in pairs.values():
            stack.append((ch, index))
        elif ch in pairs:
            if not stack:
                return f"unexpected {ch} at {index}"
            opener, at = stack.pop()
            if opener != pairs[ch]:
                return f"{opener} at {at} closed by {ch} at {index}"
    if stack:
        return f"{stack[-1][0]} at {stack[-1][1]} never closed"
    return "ok"

for text in ["f(a[1]) { return {} }", "(]", "(()", "}", ""]:
    print(f"{text!r:<26} {check(text)}")
deepest = depth = 0
for ch in "((a)(b(c(d))))":
    depth += (ch == "(") - (ch == ")")
    deepest = max(deepest, depth)
deepest
