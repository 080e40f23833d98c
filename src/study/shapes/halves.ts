import type { Window } from '../../measure/measured.js';

/** A run goes on for so long behind what is looked at, so that who came last can be answered. */
export const TAIL_NS = 10e9;

/** The last half of a stretch, and the last half of that: what they differ by says where it goes. */
export function halves(fromNs: number, toNs: number): [Window, Window] {
  const lengthNs = toNs - fromNs;
  return [
    { fromNs: Math.round(toNs - lengthNs / 2), toNs },
    { fromNs: Math.round(toNs - lengthNs / 4), toNs },
  ];
}
