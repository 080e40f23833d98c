/** What faults do to whatever sets out on one edge. */
export class Hazards {
  /** Takes so much longer on its way there, whole nanoseconds. */
  addNs = 0;
  /** The share of attempts that are lost. */
  dropRatio = 0;
  /** Brings both up to the moment; null where neither changes as time goes by. */
  look: (() => void) | null = null;
}
