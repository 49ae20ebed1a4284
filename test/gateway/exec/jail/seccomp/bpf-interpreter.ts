/** What a kernel does with a filter: a second reading of its bytes, by the manual and not by our assembler's code. */
export interface CallSeen {
  readonly number: number;
  readonly architecture: number;
  readonly args?: readonly bigint[];
}

export function runFilter(filter: Buffer, call: CallSeen): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(call.number >>> 0, 0);
  data.writeUInt32LE(call.architecture, 4);
  for (const [index, value] of (call.args ?? []).entries()) {
    data.writeBigUInt64LE(BigInt.asUintN(64, value), 16 + 8 * index);
  }
  let accumulator = 0;
  for (let at = 0; at < filter.length; at += 8) {
    const code = filter.readUInt16LE(at);
    const ifTrue = filter.readUInt8(at + 2);
    const ifFalse = filter.readUInt8(at + 3);
    const k = filter.readUInt32LE(at + 4);
    switch (code) {
      case 0x20:
        accumulator = data.readUInt32LE(k);
        break;
      case 0x54:
        accumulator = (accumulator & k) >>> 0;
        break;
      case 0x15:
        at += 8 * (accumulator === k ? ifTrue : ifFalse);
        break;
      case 0x35:
        at += 8 * (accumulator >= k ? ifTrue : ifFalse);
        break;
      case 0x06:
        return k;
      default:
        throw new Error(`no such instruction: ${code}`);
    }
  }
  throw new Error('the filter ran past its end');
}
