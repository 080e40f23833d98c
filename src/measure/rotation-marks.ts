import type { FailedCheck, Mark } from './measured.js';

/** A replica went out of rotation; those that are left are too few, and all are used, or none is. */
const OUT = 0;
const FEW = 1;
const KINDS = 2;

/**
 * When health checks first took a replica of a component out of rotation, and when too few were left.
 * An episode ends when all are back, or enough.
 */
export class RotationMarks {
  private readonly first: (Mark | null)[];
  private readonly kept: (Mark | null)[];
  private readonly open: (Mark | null)[];

  constructor(
    private readonly names: readonly string[],
    private readonly clock: Float64Array,
  ) {
    this.first = Array(names.length * KINDS).fill(null);
    this.kept = this.first.slice();
    this.open = this.first.slice();
  }

  /** A replica (from 0) of `of` is taken out; `left` are still healthy. */
  out(
    component: number,
    out: {
      how: 'ejected' | 'killed';
      replica: number;
      left: number;
      of: number;
      why?: FailedCheck;
    },
    firstFaultNs: number,
  ): void {
    const { how, ...rotation } = out;
    this.mark(component, OUT, how, rotation, firstFaultNs);
  }

  /** So few of `of` are healthy that all are used (`panic`), or, without panic, none is (`nobody`). */
  few(
    component: number,
    few: { how: 'panic' | 'nobody'; left: number; of: number },
    firstFaultNs: number,
  ): void {
    const { how, left, of } = few;
    this.mark(component, FEW, how, { replica: -1, left, of }, firstFaultNs);
  }

  /** None of a component's replicas is out any more. */
  allBack(component: number): void {
    this.ends(component * KINDS + OUT);
  }

  /** Enough of a component's replicas are healthy. */
  enough(component: number): void {
    this.ends(component * KINDS + FEW);
  }

  marks(hasFault: boolean): Mark[] {
    return (hasFault ? this.kept : this.first).filter((mark) => mark !== null);
  }

  private ends(at: number): void {
    const open = this.open[at];
    if (open !== null) open.untilNs = this.clock[0];
    this.open[at] = null;
  }

  private mark(
    component: number,
    kind: number,
    how: Mark['how'],
    rotation: NonNullable<Mark['rotation']>,
    firstFaultNs: number,
  ): void {
    const at = component * KINDS + kind;
    if (this.open[at] !== null) return;
    const mark: Mark = {
      atNs: this.clock[0],
      component: this.names[component],
      what: kind === OUT ? 'ejected' : 'few_left',
      how,
      edge: null,
      rotation,
      workers: 0,
      depth: 0,
      capacity: 0,
      growthPerSecond: 0,
      untilNs: Infinity,
    };
    this.open[at] = mark;
    this.first[at] ??= mark;
    const kept = this.kept[at];
    if (kept === null || kept.untilNs < firstFaultNs) this.kept[at] = mark;
  }
}
