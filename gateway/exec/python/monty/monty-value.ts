/** Python values, as the worker sends them. */
export type MontyValue =
  | { readonly kind: 'none' | 'ellipsis' | 'not_implemented' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'str' | 'path' | 'builtin_function'; readonly value: string }
  /** What has no kind of its own: its `repr()`, and its `str()` where that is another. */
  | { readonly kind: 'repr'; readonly value: string; readonly str?: string }
  | { readonly kind: 'bytes'; readonly value: Buffer }
  | {
      readonly kind: 'list' | 'tuple' | 'set' | 'frozenset' | 'named_tuple';
      readonly items: readonly MontyValue[];
    }
  | { readonly kind: 'dict'; readonly pairs: readonly (readonly [MontyValue, MontyValue])[] }
  | { readonly kind: 'cycle'; readonly placeholder: string }
  /** One that we do not take apart: the name is what the type is called. */
  | { readonly kind: 'other'; readonly name: string };

/** A value that has no form in JSON; the message is for the program. */
export class NoJsonForm extends Error {
  override readonly name = 'NoJsonForm';
  /** Python's class for it. */
  readonly type: 'TypeError' | 'ValueError';

  constructor(type: 'TypeError' | 'ValueError', message: string) {
    super(message);
    this.type = type;
  }
}
