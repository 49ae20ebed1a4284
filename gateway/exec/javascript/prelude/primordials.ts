/**
 * What the prelude needs of the language, taken aside before the program could change it. Nothing else in this folder
 * calls a method of a list, a text or a map, spreads a list or walks one with `for`-`of` once the program runs: all of these
 * look up what the program may have replaced.
 */
export const { apply, defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } =
  Reflect;
export const { isArray } = Array;
export const { is, keys, hasOwn } = Object;
export const { stringify, parse } = JSON;
export const { floor, max, min, round, sqrt } = Math;
export const {
  isFinite: isFiniteNumber,
  isInteger,
  parseFloat: parseDecimal,
  parseInt: parseInteger,
} = Number;

export const OwnMap = Map;
export const OwnError = Error;
export const OwnTypeError = TypeError;
export const OwnPromise = Promise;
export const OwnString = String;
export const objectPrototype = Object.prototype;

const { call } = Function.prototype;

/** A method as a function, whose first argument is the object it is of. */
function uncurried<Uncurried>(method: ((...args: never[]) => unknown) | undefined): Uncurried {
  // `call`, bound to a method, is the function that the type says, where the type is that of the method: each is
  // written beside its method below.
  return call.bind(method as never) as Uncurried;
}

/** Of what reads like a property. Where the interpreter had none, calling it would fail. */
const getterOf = <Uncurried>(prototype: object, name: PropertyKey): Uncurried =>
  uncurried(getOwnPropertyDescriptor(prototype, name)?.get);

const ofText = String.prototype;
export const slice = uncurried<(text: string, from: number, to?: number) => string>(ofText.slice);
export const split = uncurried<(text: string, separator: string) => string[]>(ofText.split);
export const includes = uncurried<(text: string, part: string) => boolean>(ofText.includes);
export const startsWith = uncurried<(text: string, part: string) => boolean>(ofText.startsWith);
export const repeat = uncurried<(text: string, count: number) => string>(ofText.repeat);
export const replaceAll = uncurried<(text: string, part: string, by: string) => string>(ofText.replaceAll);
export const padStart = uncurried<(text: string, length: number) => string>(ofText.padStart);
export const padEnd = uncurried<(text: string, length: number) => string>(ofText.padEnd);
export const toWellFormed = uncurried<(text: string) => string>(ofText.toWellFormed);

const ofList: unknown[] = Array.prototype;
export const push = uncurried<<Item>(list: Item[], item: Item) => number>(ofList.push);
export const join = uncurried<(list: readonly string[], between: string) => string>(ofList.join);
export const indexOf = uncurried<(list: readonly unknown[], item: unknown) => number>(ofList.indexOf);

type EachEntry = (entry: unknown, key: unknown) => void;
const ofMap = Map.prototype;
export const mapEach = uncurried<(map: object, each: EachEntry) => void>(ofMap.forEach);
export const mapGet = uncurried<<Key, Value>(map: Map<Key, Value>, key: Key) => Value | undefined>(ofMap.get);
export const mapSet = uncurried<<Key, Value>(map: Map<Key, Value>, key: Key, value: Value) => void>(
  ofMap.set,
);
export const mapSize = getterOf<(map: object) => number>(ofMap, 'size');
export const setEach = uncurried<(set: object, each: EachEntry) => void>(Set.prototype.forEach);
export const setSize = getterOf<(set: object) => number>(Set.prototype, 'size');

export const dateIso = uncurried<(date: object) => string>(Date.prototype.toISOString);
export const dateTime = uncurried<(date: object) => number>(Date.prototype.getTime);
export const regExpExec = uncurried<(pattern: RegExp, text: string) => RegExpExecArray | null>(
  RegExp.prototype.exec,
);
export const regExpSource = getterOf<(pattern: object) => string>(RegExp.prototype, 'source');
export const regExpText = uncurried<(pattern: object) => string>(RegExp.prototype.toString);
export const symbolText = uncurried<(symbol: symbol) => string>(Symbol.prototype.toString);
export const functionText = uncurried<(value: object) => string>(Function.prototype.toString);
export const bufferSize = getterOf<(buffer: object) => number>(ArrayBuffer.prototype, 'byteLength');
/** `Uint8Array` and its like; `undefined` of all else. */
export const typedArrayName = getterOf<(value: object) => string | undefined>(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
);
