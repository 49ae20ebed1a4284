import base64
import binascii

data = "café".encode("utf-8")
print(data, len(data), data[0], list(data), data.hex())
print(data.decode("utf-8"), b"abc" == b"abc", b"x" in b"xyz")
print(base64.b64encode(data).decode("ascii"), base64.b64decode("aGVsbG8="))
print(binascii.hexlify(b"\x01\xab").decode())
for text in ["", "a", "ab", "abc"]:
    print(repr(text), base64.b64encode(text.encode()).decode())
data[-2:].hex()
