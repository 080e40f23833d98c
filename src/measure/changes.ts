import { ENDED, FIRSTS, OTHERS } from './edge-book.js';
import type { Change, Mark } from './measured.js';
import type { Recorder } from './recorder.js';
import { ARRIVALS, COMPLETED, ENDS, ERRORS } from './service-book.js';

/** What is found within a second is looked at until the next whole one at least so much later. */
const SPAN_NS = 5e8;
/** In a run without faults, what is usual is known anew after so many seconds. */
const RENEWED_SECONDS = 10;
/** Arrivals are more by this factor, and by more standard deviations than chance lets them. */
const MORE = 1.15;
const SIGMAS = 3;
/** A call takes so many times as long. */
const LONGER = 2;
/** Work takes longer by this share, and by so many standard deviations of exponential work. */
const LONGER_WORK = 0.25;
const SIGMAS_OF_WORK = 4;
/** From this share of the arrivals on, further tries are told of. */
const AGAIN = 0.2;
/** Calls that make up so much of what more is at work are what holds it up; a callee with less of a call's time does not. */
const HALF = 0.5;

/** Sums since the beginning of the run, of a component and of the edges that it calls over. */
interface Sums {
  atNs: number;
  workers: number;
  arrivals: number;
  /** Attempts sent to it, and those of them that were not the first try all the way up. */
  sent: number;
  again: number;
  done: number;
  busyNs: number;
  calls: readonly Calls[];
}

interface Calls {
  edge: number;
  ended: number;
  outNs: number;
  /** Of the callee, whoever called: how many left it, and the time they and others were there. */
  left: number;
  thereNs: number;
}

interface Pending {
  mark: Mark;
  component: number;
  from: Sums;
}

/**
 * Tells what is different, when a component saturates, from the time before the first fault: whether
 * more come, whether each takes its workers longer, or a call does, whether it has fewer workers.
 * Of what was found to grow the last second is looked at, else the time up to the end of this second
 * or the next. Without faults the time before is all of the run but the last ten to twenty seconds.
 */
export class Changes {
  /** By component: the edges it calls over, and those that lead to it. */
  private readonly outgoing: number[][];
  private readonly incoming: number[][];
  /** By edge; -1 where it is no component. */
  private readonly callees: readonly number[];
  private pending: Pending[] = [];
  /** By component: at the last whole second, or when the first fault began. */
  private readonly last: (Sums | undefined)[] = [];
  private readonly isFound: Uint8Array;
  private usual: readonly Sums[] | null = null;
  private next: readonly Sums[] | null = null;
  private seconds = 0;

  constructor(
    private readonly recorder: Recorder,
    private readonly hasFaults: boolean,
    private readonly clock: Float64Array,
    private readonly workersOf: (component: number) => number,
  ) {
    const { components, edges } = recorder.subjects;
    const numbers = new Map(components.map(({ name }, c) => [name, c]));
    this.outgoing = components.map(() => []);
    this.incoming = components.map(() => []);
    this.isFound = new Uint8Array(components.length);
    this.callees = edges.map((edge, e) => {
      const [from, to] = edge.split(' -> ').map((end) => numbers.get(end.split('/')[0]) ?? -1);
      this.outgoing[from]?.push(e);
      this.incoming[to]?.push(e);
      return to;
    });
  }

  faultBegins(): void {
    if (this.usual !== null) return;
    this.usual = this.all();
    this.usual.forEach((sums, c) => {
      this.last[c] = sums;
    });
  }

  /** A whole second has ended, and every component was looked at; only a busy one can be growing. */
  second(isBusy: (component: number) => boolean): void {
    if (this.pending.length > 0) this.tellOf(SPAN_NS);
    if (this.usual !== null) {
      for (let c = 0; c < this.isFound.length; c++) {
        if (this.isFound[c] === 0 && isBusy(c)) this.last[c] = this.sums(c);
      }
    }
    if (this.hasFaults || ++this.seconds % RENEWED_SECONDS !== 0) return;
    this.usual = this.next;
    this.next = this.all();
  }

  /** A component was found saturated just now. */
  found(component: number, mark: Mark): void {
    if (this.usual === null) return;
    this.isFound[component] = 1;
    const last = mark.how === 'growing' ? this.last[component] : undefined;
    this.pending.push({ mark, component, from: last ?? this.sums(component) });
  }

  /** The run is over: what was not looked at for long is told as it stands. */
  over(): void {
    this.tellOf(SPAN_NS / 5);
    this.pending = [];
  }

  private tellOf(spanNs: number): void {
    const now = this.clock[0];
    this.pending = this.pending.filter((one) => {
      if (now - one.from.atNs < spanNs) return true;
      this.tell(one);
      return false;
    });
  }

  private tell({ component, from, mark }: Pending): void {
    const usual = this.usual?.[component];
    if (usual === undefined || usual.done === 0) return;
    const to = this.sums(component);
    const change = {
      ...(mark.workers < usual.workers ? { workersBefore: usual.workers } : {}),
      ...more(usual, from, to),
      ...(this.slowCall(mark.edge, usual, from, to) ??
        (mark.edge === null ? longer(usual, from, to) : {})),
    };
    if (Object.keys(change).length > 0) mark.change = change;
  }

  /** The call that holds the component up, or the one that the mark is of; null if it takes as ever. */
  private slowCall(edge: string | null, usual: Sums, from: Sums, to: Sums): Change | null {
    const { edges } = this.recorder.subjects;
    const spanNs = to.atNs - from.atNs;
    const grown = (a: number, b: number, then: number) => (b - a) / spanNs - then / usual.atNs;
    let most = edge === null ? HALF * grown(from.busyNs, to.busyNs, usual.busyNs) : 0;
    let slow: Change | null = null;
    usual.calls.forEach((before, i) => {
      const [a, b] = [from.calls[i], to.calls[i]];
      const name = edges[before.edge];
      const out = grown(a.outNs, b.outNs, before.outNs);
      if (before.ended === 0 || (edge !== null && name !== edge) || out <= most) return;
      const beforeNs = before.outNs / before.ended;
      const ns = (b.outNs - a.outNs) / (b.ended - a.ended);
      if (!(ns >= LONGER * beforeNs)) return;
      most = out;
      const thereNs = (b.thereNs - a.thereNs) / (b.left - a.left);
      const part = thereNs < HALF * ns ? { thereNs } : {};
      slow = { call: { to: name.split(' -> ')[1], ns, beforeNs, ...part } };
    });
    return slow;
  }

  private all(): Sums[] {
    return this.recorder.subjects.components.map((_, c) => this.sums(c));
  }

  private sums(c: number): Sums {
    const { edges, services } = this.recorder;
    const sent = (column: number): number =>
      this.incoming[c].reduce((sum, e) => sum + edges.total(e, column), 0);
    const again = sent(OTHERS);
    return {
      atNs: this.clock[0],
      workers: this.workersOf(c),
      arrivals: services.total(c, ARRIVALS),
      sent: sent(FIRSTS) + again,
      again,
      done: services.total(c, COMPLETED) + services.total(c, ERRORS),
      busyNs: services.busyArea(c),
      calls: this.outgoing[c].map((edge) => this.calls(edge)),
    };
  }

  private calls(edge: number): Calls {
    const { away, edges, services, subjects } = this.recorder;
    const callee = this.callees[edge];
    const ended = subjects.outcomes.reduce((sum, _, o) => sum + edges.total(edge, ENDED + o), 0);
    const sums = { edge, ended, outNs: edges.outstandingNs(edge), left: 0, thereNs: NaN };
    if (callee < 0) return sums;
    sums.left = ENDS.reduce((sum, column) => sum + services.total(callee, column), 0);
    sums.thereNs = services.waitingArea(callee) + services.busyArea(callee) + away.areaNow(callee);
    return sums;
  }
}

/** Whether more come than did before, and by more than chance would have it. */
function more(usual: Sums, from: Sums, to: Sums): Change {
  const spanNs = to.atNs - from.atNs;
  const came = to.arrivals - from.arrivals;
  const expected = (usual.arrivals / usual.atNs) * spanNs;
  if (came < MORE * expected || came - expected <= SIGMAS * Math.sqrt(expected)) return {};
  const told = { times: came / expected, perSecond: (came / spanNs) * 1e9 };
  const sent = to.sent - from.sent;
  const again = to.again - from.again;
  if (!(again >= AGAIN * sent)) return { arrivals: told };
  const first = ((sent - again) / spanNs) * 1e9;
  const before = ((usual.sent - usual.again) / usual.atNs) * 1e9;
  return { arrivals: { ...told, first: { perSecond: first, before } } };
}

/** Whether each that is done takes more of its workers' time, or none is done at all. */
function longer(usual: Sums, from: Sums, to: Sums): Change {
  const done = to.done - from.done;
  const expected = (usual.done / usual.atNs) * (to.atNs - from.atNs);
  if (done === 0) {
    return expected < SIGMAS ? {} : { nothing: { perSecond: (usual.done / usual.atNs) * 1e9 } };
  }
  const ns = (to.busyNs - from.busyNs) / done;
  const times = ns / (usual.busyNs / usual.done);
  const least = 1 + Math.max(LONGER_WORK, SIGMAS_OF_WORK / Math.sqrt(done));
  return times >= least ? { held: { times, ns } } : {};
}
