import { IdentitySource, purposeOf, unit53 } from '../kernel/draws.js';
import { grown } from '../kernel/event-queue.js';
import type { Kernel } from '../kernel/kernel.js';
import { type ShedSpec, shedder } from '../policies/shed.js';
import type { Shedder } from '../policies/shedder.js';
import { type Attempts, CAME, HI, LO, ROW, TIMES } from './attempts.js';
import { anyEverIs } from './changes.js';
import { SHED } from './outcomes.js';
import type { Plan } from './plan.js';
import type { Replicas } from './replicas.js';

const NONE = -1;
const SHED_DRAW = purposeOf('shed');

/**
 * The laws of shedding at work: one machine for each replica that has one. They are told of all that
 * comes to wait and of all that starts; what they throw out is refused: `rejected`, told at once.
 */
export class Shedding {
  private readonly specs: (ShedSpec | null)[];
  private readonly machines: (Shedder | null)[];
  private readonly capacity: Float64Array;
  /** Timer lines of limits of the wait, by their length. */
  private readonly lines = new Map<number, number>();
  /** By attempt: the kernel's timer that ends its wait, -1 for none. */
  private timers = new Int32Array(64).fill(NONE);
  private readonly draw = new IdentitySource();

  constructor(
    plan: Plan,
    private readonly kernel: Kernel,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
  ) {
    this.specs = plan.components.map(({ queue }) => queue.shed);
    this.capacity = Float64Array.from(plan.components, ({ queue }) => queue.capacity);
    this.machines = Array.from({ length: replicas.count }, (_, r) => this.made(r));
  }

  /** Whether one that is about to join the line is refused instead. */
  refuses(attempt: number, replica: number): boolean {
    const machine = this.machines[replica];
    if (machine === null) return false;
    const { draw, kernel, replicas } = this;
    const { words } = this.attempts;
    draw.seek(words[attempt * ROW + HI], words[attempt * ROW + LO], SHED_DRAW);
    return machine.refuses(kernel.clock[0], replicas.depth[replica], unit53(draw));
  }

  /** One begins to wait behind `waiting` others. */
  joined(attempt: number, replica: number, waiting: number): void {
    const machine = this.machines[replica];
    if (machine === null) return;
    if (attempt >= this.timers.length) this.grow(attempt);
    const ns = machine.patienceNs(this.kernel.clock[0], waiting);
    this.timers[attempt] =
      ns < Infinity ? this.kernel.setTimer(this.lineOf(ns), SHED, attempt) : NONE;
  }

  /** Whether one whose turn has come, out of the line already, is dropped instead. */
  sheds(attempt: number, replica: number): boolean {
    const machine = this.machines[replica];
    if (machine === null) return false;
    const now = this.kernel.clock[0];
    const waited = now - this.attempts.times[attempt * TIMES + CAME];
    return machine.sheds(now, waited, this.replicas.depth[replica]);
  }

  /** One starts that found nobody waiting. */
  passed(replica: number): void {
    this.machines[replica]?.passed(this.kernel.clock[0]);
  }

  /** One found the line full. */
  overflowed(replica: number): void {
    this.machines[replica]?.overflowed(this.kernel.clock[0], this.replicas.depth[replica]);
  }

  /** One waits no longer: nothing is to end its wait. */
  settled(attempt: number): void {
    if (attempt >= this.timers.length || this.timers[attempt] === NONE) return;
    this.kernel.cancelTimer(this.timers[attempt]);
    this.timers[attempt] = NONE;
  }

  /** Whether a law ends the wait of an attempt by itself. */
  endsWait(attempt: number): boolean {
    return attempt < this.timers.length && this.timers[attempt] !== NONE;
  }

  /** Somebody has left the line whose turn had not come. */
  left(replica: number): void {
    if (this.replicas.depth[replica] > 0) return;
    this.machines[replica]?.emptied(this.kernel.clock[0]);
  }

  /** The time that an attempt may wait is over; its timer is gone. */
  ran(attempt: number): void {
    this.timers[attempt] = NONE;
  }

  /** A component's lines have room for so many from now on. */
  setCapacity(component: number, capacity: number): void {
    const { replicas } = this;
    this.capacity[component] = capacity;
    for (let r = replicas.first[component]; r < replicas.first[component + 1]; r++) {
      this.machines[r]?.resized(capacity);
    }
  }

  /**
   * A component sheds by this law from now on, which has seen nothing yet. Who waits goes by it when
   * its turn comes; a limit that its wait began with stays.
   */
  setLaw(component: number, spec: ShedSpec | null): void {
    const { replicas } = this;
    this.specs[component] = spec;
    for (let r = replicas.first[component]; r < replicas.first[component + 1]; r++) this.forget(r);
  }

  /** A replica went down: it knows nothing of before when it comes back. */
  forget(replica: number): void {
    this.machines[replica] = this.made(replica);
  }

  private made(replica: number): Shedder | null {
    const component = this.replicas.component[replica];
    const spec = this.specs[component];
    return spec === null ? null : shedder(spec, this.capacity[component], this.kernel.now);
  }

  private lineOf(ns: number): number {
    const known = this.lines.get(ns) ?? this.kernel.lineFor(ns);
    this.lines.set(ns, known);
    return known;
  }

  private grow(attempt: number): void {
    const rows = Math.ceil((attempt + 1) * 1.5);
    const from = this.timers.length;
    this.timers = grown(this.timers, new Int32Array(rows)).fill(NONE, from);
  }
}

/** Whether any component sheds. */
export function shedsAnywhere(plan: Plan): boolean {
  return anyEverIs(plan, ({ queue }) => queue.shed !== null);
}
