/** Worker time: in all, and of attempts that nobody waited for; nanoseconds. */
export interface WorkTime {
  ns: number;
  wastedNs: number;
}

/**
 * Worker time by producer (or other sender), component and epoch of the request's arrival. It is
 * booked when an attempt leaves its worker for good, all at once: only then is it known whether
 * somebody had still waited for it.
 */
export class WorkBook {
  /** In all and wasted, side by side; by sender, then component, then epoch. */
  private readonly cells: Float64Array;
  /** By component: what was booked up to the last step's end, in all and wasted. */
  private readonly before: Float64Array;

  constructor(
    private readonly senders: number,
    private readonly components: number,
    private readonly epochs: number,
  ) {
    this.cells = new Float64Array(2 * senders * components * epochs);
    this.before = new Float64Array(2 * components);
  }

  /** An attempt held a worker for so long; `wanted`: somebody still waited for it. */
  book(sender: number, component: number, epoch: number, heldNs: number, wanted: boolean): void {
    const at = 2 * ((sender * this.components + component) * this.epochs + epoch);
    this.cells[at] += heldNs;
    if (!wanted) this.cells[at + 1] += heldNs;
  }

  /** Of a sender at all components over the epochs [first, last). */
  between(sender: number, first: number, last: number): WorkTime {
    const sum = { ns: 0, wastedNs: 0 };
    for (let c = 0; c < this.components; c++) this.add(sum, sender, c, first, last);
    return sum;
  }

  /** The share that was wasted of what a component booked in the step at hand; NaN of nothing. */
  endStep(component: number): number {
    const sum = { ns: 0, wastedNs: 0 };
    for (let s = 0; s < this.senders; s++) this.add(sum, s, component, 0, this.epochs);
    const at = 2 * component;
    const share = (sum.wastedNs - this.before[at + 1]) / (sum.ns - this.before[at]);
    this.before[at] = sum.ns;
    this.before[at + 1] = sum.wastedNs;
    return share;
  }

  private add(to: WorkTime, sender: number, component: number, first: number, last: number): void {
    const from = (sender * this.components + component) * this.epochs;
    for (let at = 2 * (from + first); at < 2 * (from + last); at += 2) {
      to.ns += this.cells[at];
      to.wastedNs += this.cells[at + 1];
    }
  }
}
