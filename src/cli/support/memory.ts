import { totalmem } from 'node:os';

/** What a run may hold: the rest is for the page, the JSON and the other processes. */
const SHARE = 0.7;

/** 70% of the machine's memory, or of what a container leaves us of it. */
export function memoryLimitBytes(): number {
  const total = totalmem();
  const constrained = process.constrainedMemory?.() ?? 0;
  // Node says 0, or some number near 2^63, where there is no constraint.
  const sane = constrained > 0 && constrained < total ? constrained : total;
  return Math.floor(SHARE * sane);
}
