import { indexOf, push } from '../primordials.ts';

/** The objects that were met again inside themselves: each has a number, from 1 on, the same for all that refer to it. */
export type Circles = object[];

/** Its number; the next, where it has none yet. */
export const numberOf = (circles: Circles, value: object): number =>
  foundNumber(circles, value) || push(circles, value);

/** 0 where it has none. */
export const foundNumber = (circles: Circles, value: object): number => indexOf(circles, value) + 1;
