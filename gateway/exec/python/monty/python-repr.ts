/** `repr()` and `str()` of plain Python values, to the letter: keys of a dict and parts of a result are written so. */
import { type MontyValue, NoJsonForm } from './monty-value.ts';

/** Bits past which decimal digits are not worth their quadratic time; Python's own limit is near. */
const MAX_DECIMAL_BITS = 14_000;

/** Decimal digits, or what `hex()` gives for a very large number. */
export function intText(value: bigint): string {
  const magnitude = value < 0n ? -value : value;
  const hex = magnitude.toString(16);
  // Four bits a digit, less the leading zeros of the first one.
  const bits = hex.length * 4 - (Math.clz32(Number.parseInt(hex.charAt(0), 16)) - 28);
  return bits > MAX_DECIMAL_BITS ? `${value < 0n ? '-' : ''}0x${hex}` : value.toString();
}

/** `repr()` of a float. JavaScript finds the same shortest digits, but writes the exponent at other places. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const sign = exponent < 0 ? '-' : '+';
    return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const digits = mantissa.replace('-', '').replace('.', '');
  const sign = value < 0 ? '-' : '';
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

function quoteFor(text: string): '"' | "'" {
  return text.includes("'") && !text.includes('"') ? '"' : "'";
}

/** Repr of each byte, or of each character below 256, but for the quotes. */
const BYTE_REPRS = Array.from({ length: 256 }, (_, byte) => {
  switch (byte) {
    case 0x09:
      return '\\t';
    case 0x0a:
      return '\\n';
    case 0x0d:
      return '\\r';
    case 0x5c:
      return '\\\\';
    default:
      return byte >= 0x20 && byte < 0x7f
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
});

/** What Python calls printable: all but separators (the blank aside), control, format, private and unassigned characters. */
const UNPRINTABLE = /[\p{Z}\p{C}]/u;
/** Nothing to escape: nearly all texts. */
const PLAIN = /^[ !#-&(-[\]-~]*$/;

/** Time in proportion to the text's length, whatever is in it: the texts of a hostile worker are long. */
export function textRepr(text: string): string {
  if (PLAIN.test(text)) return `'${text}'`;
  const quote = quoteFor(text);
  let inside = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === quote) inside += `\\${quote}`;
    else if (code < 0x7f) inside += BYTE_REPRS[code];
    else if (!UNPRINTABLE.test(character)) inside += character;
    else if (code < 0x100) inside += BYTE_REPRS[code];
    else if (code < 0x10000) inside += `\\u${code.toString(16).padStart(4, '0')}`;
    else inside += `\\U${code.toString(16).padStart(8, '0')}`;
  }
  return quote + inside + quote;
}

function bytesRepr(bytes: Buffer): string {
  const quote = quoteFor(bytes.toString('latin1'));
  const quoteCode = quote.charCodeAt(0);
  let inside = '';
  for (const byte of bytes) inside += byte === quoteCode ? `\\${quote}` : BYTE_REPRS[byte];
  return `b${quote}${inside}${quote}`;
}

function listed(items: readonly MontyValue[]): string {
  return items.map(reprOf).join(', ');
}

/** @throws {NoJsonForm} for a value whose repr the worker did not send */
export function reprOf(value: MontyValue): string {
  switch (value.kind) {
    case 'none':
      return 'None';
    case 'ellipsis':
      return 'Ellipsis';
    case 'not_implemented':
      return 'NotImplemented';
    case 'bool':
      return value.value ? 'True' : 'False';
    case 'int':
      return intText(value.value);
    case 'float':
      return floatText(value.value);
    case 'str':
      return textRepr(value.value);
    case 'bytes':
      return bytesRepr(value.value);
    case 'repr':
      return value.value;
    case 'path':
      return `PosixPath(${textRepr(value.value)})`;
    case 'builtin_function':
      return `<built-in function ${value.value}>`;
    case 'list':
      return `[${listed(value.items)}]`;
    case 'tuple':
      return value.items.length === 1 ? `(${listed(value.items)},)` : `(${listed(value.items)})`;
    case 'set':
      return value.items.length === 0 ? 'set()' : `{${listed(value.items)}}`;
    case 'frozenset':
      return value.items.length === 0 ? 'frozenset()' : `frozenset({${listed(value.items)}})`;
    case 'dict':
      return `{${value.pairs.map(([key, item]) => `${reprOf(key)}: ${reprOf(item)}`).join(', ')}}`;
    case 'cycle':
      return value.placeholder;
    case 'named_tuple':
      throw new NoJsonForm('TypeError', 'a named tuple is no key of a JSON object: use str() of it');
    case 'other':
      throw new NoJsonForm('TypeError', `a value of type ${value.name} has no form in JSON: use str() of it`);
  }
}

/** @throws {NoJsonForm} as `reprOf` */
export function strOf(value: MontyValue): string {
  if (value.kind === 'str' || value.kind === 'path') return value.value;
  if (value.kind === 'repr') return value.str ?? value.value;
  return reprOf(value);
}
