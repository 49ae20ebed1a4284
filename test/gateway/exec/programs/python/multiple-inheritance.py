class A:
    def hello(self):
        return ["A"]

class B(A):
    def hello(self):
        return ["B"] + super().hello()

class C(A):
    def hello(self):
        return ["C"] + super().hello()

class D(B, C):
    def hello(self):
        return ["D"] + super().hello()

class LoggedDict(dict):
    def __setitem__(self, key, value):
        print("set", key)
        super().__setitem__(key, value)
    def __missing__(self, key):
        return f"<{key}>"

class Stack(list):
    def peek(self):
        return self[-1]

class JsonMixin:
    def to_json(self):
        import json
        return json.dumps(self.__dict__, sort_keys=True)

class User(JsonMixin):
    def __init__(self):
        self.name, self.roles = "ada", ["admin"]

print(D().hello(), [c.__name__ for c in D.mro()])
d = LoggedDict(a=1)
d["b"] = 2
print(d, d["zzz"], len(d))
s = Stack([1, 2])
s.append(3)
print(s.peek(), s, isinstance(s, list))
print(User().to_json(), type("Dynamic", (A,), {"x": 5})().x)
D().hello()
