import struct
import zlib

header = struct.pack("<4sHI", b"RLM1", 3, 70000)
print(header, len(header), struct.unpack("<4sHI", header), struct.calcsize(">bqd"))
records = b"".join(struct.pack(">HB", i * 100, i) for i in range(3))
print([struct.unpack_from(">HB", records, offset) for offset in range(0, len(records), 3)])
print(list(struct.iter_unpack("<h", b"\x01\x00\xff\xff")), struct.pack("f", 1.5).hex())
packed = zlib.compress(b"a" * 1000)
print(len(packed) < 50, zlib.decompress(packed) == b"a" * 1000, zlib.crc32(b"abc"), zlib.adler32(b"abc"))
struct.unpack("!I", b"\x00\x00\x01\x00")[0]
