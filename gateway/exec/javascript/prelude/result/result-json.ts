import { MAX_RESULT_BYTES, MAX_RESULT_DEPTH } from '../../../exec-limits.ts';
import { type Ancestors, isAmong } from '../ancestors.ts';
import { isMap, isSet } from '../kinds.ts';
import { isArray, keys, mapEach, setEach, typedArrayName } from '../primordials.ts';
import { quoted, textOf } from '../text.ts';
import { addJson, type JsonText, startJson, TOO_LONG, textOfJson } from './json-text.ts';
import { leafJson } from './leaf-json.ts';

/** Characters past which nobody counts on: the guest drops what is larger than a result may be, and says by how much. */
const MAX_CHARS = 2 * MAX_RESULT_BYTES;

/**
 * A program's value as JSON.
 * @returns as `PreludeHost.complete` has it
 */
export function resultJson(result: unknown): string {
  if (result === undefined) return '';
  const json = startJson(MAX_CHARS);
  try {
    addValue(json, result, null, 0);
    return textOfJson(json);
  } catch (error) {
    if (error !== TOO_LONG) throw error;
    return `>${json.chars}`;
  }
}

function addValue(json: JsonText, value: unknown, above: Ancestors | null, depth: number): void {
  const isCircular = typeof value === 'object' && value !== null && isAmong(value, above);
  const leaf = isCircular ? '"[circular]"' : leafJson(value);
  if (leaf !== null) addJson(json, leaf);
  else if (depth >= MAX_RESULT_DEPTH - 1) addJson(json, '"[nested too deep]"');
  else {
    // What is no object is a leaf.
    const object = value as object;
    const around: Ancestors = { value: object, above };
    addObject(json, object, (inner) => addValue(json, inner, around, depth + 1));
  }
}

type AddInside = (inner: unknown) => void;

function addObject(json: JsonText, value: object, addInside: AddInside): void {
  // Both have a length and indices.
  if (isArray(value) || typedArrayName(value) !== undefined) {
    addList(json, value as ArrayLike<unknown>, addInside);
  } else if (isSet(value)) addSet(json, value, addInside);
  else if (isMap(value)) addMap(json, value, addInside);
  else addNamed(json, value, addInside);
}

function addList(json: JsonText, list: ArrayLike<unknown>, addInside: AddInside): void {
  addJson(json, '[');
  for (let at = 0; at < list.length; at += 1) {
    if (at > 0) addJson(json, ',');
    addInside(list[at]);
  }
  addJson(json, ']');
}

function addSet(json: JsonText, set: object, addInside: AddInside): void {
  addJson(json, '[');
  let between = '';
  setEach(set, (entry) => {
    addJson(json, between);
    between = ',';
    addInside(entry);
  });
  addJson(json, ']');
}

/** An object where every key can be a name, else a list of pairs. */
function addMap(json: JsonText, map: object, addInside: AddInside): void {
  let isNamed = true;
  mapEach(map, (_, key) => {
    if (typeof key !== 'string' && typeof key !== 'number') isNamed = false;
  });
  addJson(json, isNamed ? '{' : '[');
  let between = '';
  mapEach(map, (entry, key) => {
    addJson(json, between);
    between = ',';
    if (isNamed) {
      addJson(json, `${quoted(textOf(key))}:`);
      addInside(entry);
    } else {
      addJson(json, '[');
      addInside(key);
      addJson(json, ',');
      addInside(entry);
      addJson(json, ']');
    }
  });
  addJson(json, isNamed ? '}' : ']');
}

function addNamed(json: JsonText, value: object, addInside: AddInside): void {
  addJson(json, '{');
  let between = '';
  const names = keys(value);
  for (let at = 0; at < names.length; at += 1) {
    const name = names[at] ?? '';
    // An object's own key, whatever its value is.
    const entry = (value as Record<string, unknown>)[name];
    if (entry === undefined) continue;
    addJson(json, `${between}${quoted(name)}:`);
    between = ',';
    addInside(entry);
  }
  addJson(json, '}');
}
