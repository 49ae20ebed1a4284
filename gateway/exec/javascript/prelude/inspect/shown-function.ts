import { functionText, getPrototypeOf, startsWith } from '../primordials.ts';
import { classNameOf } from './class-name.ts';

/** `[Function: name]`, `[class Name extends Parent]`. */
export function shownFunction(value: object): string {
  const own = nameOf(value);
  if (startsWith(functionText(value), 'class')) {
    const parent = nameOf(getPrototypeOf(value));
    const heir = parent === '' ? '' : ` extends ${parent}`;
    return `[class ${own === '' ? '(anonymous)' : own}${heir}]`;
  }
  const kind = classNameOf(value) ?? 'Function';
  return `[${kind}${own === '' ? ' (anonymous)' : `: ${own}`}]`;
}

function nameOf(value: object | null): string {
  const name = (value as { name?: unknown } | null)?.name;
  return typeof name === 'string' ? name : '';
}
