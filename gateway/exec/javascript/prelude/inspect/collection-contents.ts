import { getOwnPropertyDescriptor, mapEach, mapSize, push, setEach, setSize } from '../primordials.ts';
import { labelOf } from './class-name.ts';
import { type Contents, type Show, within } from './contents.ts';

/** Parts of a list, a map or a set that are shown. */
const MAX_PARTS = 100;

export function listContents(list: readonly unknown[], name: string | null, show: Show): Contents {
  const { length } = list;
  const parts: string[] = [];
  for (let at = 0; at < length; at += 1) {
    if (parts.length >= MAX_PARTS) {
      addRest(parts, length - at);
      break;
    }
    let holes = 0;
    while (at + holes < length && isHole(list, at + holes)) holes += 1;
    if (holes === 0) push(parts, show(list[at]));
    else {
      push(parts, `<${holes} empty item${holes > 1 ? 's' : ''}>`);
      at += holes - 1;
    }
  }
  const label = labelOf(list, name, 'Array', `(${length})`);
  return {
    base: '',
    open: label === `Array(${length}) ` ? '[' : `${label}[`,
    close: ']',
    parts,
    isIndexed: true,
  };
}

const isHole = (list: readonly unknown[], at: number): boolean =>
  getOwnPropertyDescriptor(list, at) === undefined;

export function typedArrayContents(
  list: ArrayLike<unknown>,
  name: string | null,
  typed: string,
  show: Show,
): Contents {
  const { length } = list;
  const parts: string[] = [];
  for (let at = 0; at < length && at < MAX_PARTS; at += 1) push(parts, show(list[at]));
  addRest(parts, length - MAX_PARTS);
  const open = `${labelOf(list, name, typed, `(${length})`)}[`;
  return { base: '', open, close: ']', parts, isIndexed: true };
}

export function setContents(set: object, name: string | null, show: Show): Contents {
  const size = setSize(set);
  const parts: string[] = [];
  setEach(set, (entry) => {
    if (parts.length < MAX_PARTS) push(parts, show(entry));
  });
  addRest(parts, size - MAX_PARTS);
  return within(`${labelOf(set, name, 'Set', `(${size})`)}{`, parts);
}

export function mapContents(map: object, name: string | null, show: Show): Contents {
  const size = mapSize(map);
  const parts: string[] = [];
  mapEach(map, (entry, key) => {
    if (parts.length < MAX_PARTS) push(parts, `${show(key)} => ${show(entry)}`);
  });
  addRest(parts, size - MAX_PARTS);
  return within(`${labelOf(map, name, 'Map', `(${size})`)}{`, parts);
}

function addRest(parts: string[], count: number): void {
  if (count > 0) push(parts, `... ${count} more item${count > 1 ? 's' : ''}`);
}
