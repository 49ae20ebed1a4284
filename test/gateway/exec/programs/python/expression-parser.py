import re

TOKEN = re.compile(r"\s*(?:(\d+\.?\d*)|(.))")

class Parser:
    def __init__(self, text):
        self.tokens = [(float(n) if n else None, op) for n, op in TOKEN.findall(text)]
        self.position = 0

    def peek(self):
        return self.tokens[self.position] if self.position < len(self.tokens) else (None, None)

    def take(self):
        token = self.peek()
        self.position += 1
        return token

    def expression(self):
        value = self.term()
        while self.peek()[1] in ("+", "-"):
            _, op = self.take()
            right = self.term()
            value = value + right if op == "+" else value - right
        return value

    def term(self):
        value = self.factor()
        while self.peek()[1] in ("*", "/"):
            _, op = self.take()
            right = self.factor()
            value = value * right if op == "*" else value / right
        return value

    def factor(self):
        number, op = self.take()
        if number is not None:
            return number
        if op == "-":
            return -self.factor()
        if op == "(":
            value = self.expression()
            if self.take()[1] != ")":
                raise SyntaxError("expected )")
            return value
        raise SyntaxError(f"unexpected {op!r}")

for text in ["1 + 2 * 3", "(1 + 2) * 3", "-4 / (2 - 4)", "2 * (3 + ", "10 / 4 - 1.5"]:
    try:
        print(f"{text:<14} = {Parser(text).expression():g}")
    except SyntaxError as error:
        print(f"{text:<14} : {error.msg}")
Parser("2*(3+4)*5").expression()
