const bytes = new Uint8Array([1, 2, 255, 256, -1]);
console.log(bytes.join(), bytes.length, bytes.byteLength, new Uint8ClampedArray([300, -5, 1.6]).join());
const buffer = new ArrayBuffer(8);
const view = new DataView(buffer);
view.setUint16(0, 513);
view.setInt16(2, -2, true);
view.setFloat32(4, 1.5);
console.log([...new Uint8Array(buffer)].join(), view.getUint16(0, true), view.getFloat32(4));
const words = new Uint32Array(buffer.slice(0, 4));
console.log(words.length, Float64Array.from([0.1, 0.2], (x) => x * 2).join(), new Float32Array([0.1])[0] === 0.1);
const sorted = Int16Array.of(3, -1, 2).sort();
console.log(sorted.join(), sorted.subarray(1).join(), [...sorted.entries()].length, sorted.at(-1), sorted.includes(2));
const hex = (array) => Array.from(array, (b) => b.toString(16).padStart(2, '0')).join('');
console.log(hex(bytes), Uint8Array.from('ff00'.match(/../g), (h) => parseInt(h, 16)).join(), new BigUint64Array([2n ** 64n - 1n])[0]);
const utf8 = (text) => Uint8Array.from(unescapeUtf8(text));
function* unescapeUtf8(text) {
  for (const part of encodeURIComponent(text).match(/%..|./g)) yield part[0] === '%' ? parseInt(part.slice(1), 16) : part.charCodeAt(0);
}
console.log(hex(utf8('héé🎉')), bytes.fill(7, 1, 3).join(), bytes.map((b) => b % 10).join(), bytes.reduce((a, b) => a + b));
const copy = bytes.slice();
copy.set([9, 9], 3);
[...copy];
