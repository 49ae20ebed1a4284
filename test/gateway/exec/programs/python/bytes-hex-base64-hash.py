import base64
import binascii
import hashlib

data = "Héllo, wörld".encode("utf-8")
print(data, len(data), data[0], data[:2], data.hex(), data.hex(":", 2))
print(bytes.fromhex("48 69"), bytes([72, 105]), bytes(3), b"ab" + b"c" * 2, bytearray(b"xyz"))
encoded = base64.b64encode(data)
print(encoded, base64.b64decode(encoded).decode(), base64.urlsafe_b64encode(b"\xfb\xff"), base64.b32encode(b"hi"))
print(binascii.hexlify(b"\x00\xff"), binascii.unhexlify("00ff"), binascii.crc32(b"hello"))
print(hashlib.sha256(b"hello").hexdigest()[:16], hashlib.md5(b"").hexdigest(), hashlib.sha1(b"a").digest()[:2])
h = hashlib.sha256()
for chunk in (b"hel", b"lo"):
    h.update(chunk)
print(h.hexdigest() == hashlib.sha256(b"hello").hexdigest(), h.digest_size)
print(int.from_bytes(b"\x01\x00", "big"), (1024).to_bytes(2, "little"), b"a,b".split(b","), b"abc".find(b"c"))
buffer = bytearray(b"hello")
buffer[0] = ord("J")
buffer.extend(b"!!")
print(buffer, memoryview(buffer)[1:3].tobytes(), list(b"\x01\x02"))
base64.b64encode(b"end").decode()
