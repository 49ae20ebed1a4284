import { getOwnPropertyDescriptor, getPrototypeOf } from '../primordials.ts';

/** Prototypes that are looked at: a proxy has as many as it likes. */
const MAX_STEPS = 100;

/** The name of the class that made an object; `null` where no class has. Runs no getter. */
export function classNameOf(value: object): string | null {
  let at: object | null = value;
  for (let steps = 0; at !== null && steps < MAX_STEPS; steps += 1) {
    const made = getOwnPropertyDescriptor(at, 'constructor')?.value;
    if (typeof made === 'function' && typeof made.name === 'string' && made.name !== '') return made.name;
    at = getPrototypeOf(at);
  }
  return null;
}

/** `Map(2) `, and the tag, where it says more than the name of the class does. */
export function labelOf(value: object, name: string | null, kind: string, size = ''): string {
  const { [Symbol.toStringTag]: tag } = value as { [Symbol.toStringTag]?: unknown };
  const said = name ?? kind;
  const tagged = typeof tag === 'string' && tag !== '' && tag !== said ? `[${tag}] ` : '';
  return `${name === null ? `[${kind}${size}: null prototype]` : `${name}${size}`} ${tagged}`;
}
