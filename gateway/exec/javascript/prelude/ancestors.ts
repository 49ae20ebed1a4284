/** The objects around one that is being walked, innermost first. */
export interface Ancestors {
  readonly value: object;
  readonly above: Ancestors | null;
}

export function isAmong(value: object, ancestors: Ancestors | null): boolean {
  for (let at = ancestors; at !== null; at = at.above) {
    if (at.value === value) return true;
  }
  return false;
}
