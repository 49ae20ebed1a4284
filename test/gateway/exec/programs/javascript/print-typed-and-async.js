console.log(new Uint8Array([1, 2, 3]), new Float64Array(2), new Uint8Array(0), new BigInt64Array([1n]));
console.log([1, 2].entries().toArray(), new Map([[1, 2]]).keys().toArray());
console.log(Object.entries({ a: [1, 2], b: { c: 3 } }), Object.freeze([1]));
console.log(JSON, Math.PI, globalThis.undefinedThing, typeof globalThis);
0;
