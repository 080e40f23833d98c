import type { Change, Mark } from './measured.js';
import { grown, isMore, MoreSent, type Senders } from './more-sent.js';
import type { Recorder } from './recorder.js';
import { type Sums, SumsUpToNow } from './sums.js';

/** What is found within a second is looked at until the next whole one at least so much later. */
const SPAN_NS = 5e8;
/** Until the first fault, what is usual is known anew after so many seconds; at first already after EARLY. */
const RENEWED_SECONDS = 10;
const EARLY_SECONDS = 5;
/** A fault may be looked back to for so long. */
const BACK_NS = 1e10;
/** Arrivals are more by this factor, and by more standard deviations than chance lets them. */
const MORE = 1.15;
const SIGMAS = 3;
/** A call takes so many times as long. */
const LONGER = 2;
/** Work takes longer by this share, and by so many standard deviations of exponential work. */
const LONGER_WORK = 0.25;
const SIGMAS_OF_WORK = 4;
/** From this share of the arrivals on, further tries are told of, and errors of what is done. */
const AGAIN = 0.2;
/** Calls that make up so much of what more is at work are what holds it up; a callee with less of a call's time does not. */
const HALF = 0.5;
/** A route has by this share of the workers more, and twice as many as before. */
const ROUTE = 0.1;

interface Pending {
  mark: Mark;
  component: number;
  /** What is usual when it is found; null where that is not known yet. */
  usual: readonly Sums[] | null;
  /** Of what was found to grow, at the last whole second; else when it was found. */
  from: Sums;
  /** What came before that within a second, where that is known. */
  before: Sums | null;
}

/**
 * Tells what is different, when a component saturates, from the time before the first fault: whether
 * more come, whether each takes its workers longer, or a call does, whether it has fewer workers.
 * Of what was found to grow the last second is looked at, else the time up to the end of this second
 * or the next. Where no fault has begun, the time before is all of the run but the last ten to twenty
 * seconds. Where nothing differs, or nothing is known of before, it is how many come, and are done.
 */
export class Changes {
  readonly sums: SumsUpToNow;
  private readonly senders: MoreSent;
  private pending: Pending[] = [];
  /** By component: at the last whole second, or when the first fault began. */
  private readonly last: (Sums | undefined)[] = [];
  private readonly isFound: Uint8Array;
  /** By component: when it was found last, before a fault. */
  private readonly foundNs: Float64Array;
  private usual: readonly Sums[] | null = null;
  private next: readonly Sums[] | null = null;
  /** When the last fault began, at most once a second. */
  private atFault: readonly Sums[] | null = null;
  private hasBegun = false;
  private seconds = 0;

  constructor(
    private readonly recorder: Recorder,
    private readonly clock: Float64Array,
    workersOf: (component: number) => number,
  ) {
    this.sums = new SumsUpToNow(recorder, clock, workersOf);
    this.senders = new MoreSent(recorder, clock);
    this.isFound = new Uint8Array(recorder.subjects.components.length);
    this.foundNs = new Float64Array(recorder.subjects.components.length).fill(-Infinity);
  }

  faultBegins(): void {
    const now = this.clock[0];
    if (this.atFault !== null && now - this.atFault[0].atNs < 1e9) return;
    this.atFault = this.sums.all();
    this.senders.faultBegins();
    if (this.hasBegun) return;
    this.hasBegun = true;
    this.usual = this.atFault;
    this.usual.forEach((sums, c) => {
      this.last[c] = sums;
    });
  }

  /** A whole second has ended, and every component was looked at; only a busy one can be growing. */
  second(isBusy: (component: number) => boolean): void {
    if (this.pending.length > 0) this.tellOf(SPAN_NS);
    this.senders.second();
    if (this.usual !== null) {
      for (let c = 0; c < this.isFound.length; c++) {
        if (this.isFound[c] === 0 && isBusy(c)) this.last[c] = this.sums.of(c);
      }
    }
    this.seconds++;
    if (this.hasBegun || (this.seconds % RENEWED_SECONDS !== 0 && this.seconds !== EARLY_SECONDS))
      return;
    this.usual = this.next;
    this.next = this.sums.all();
    this.usual ??= this.next;
    this.senders.renew();
  }

  /** Of marks of others, the first one is told with who sends more, where no other was. */
  ofOthers(marks: readonly Mark[]): readonly Mark[] {
    for (const mark of marks) {
      const senders = this.senders.sinceFault(mark.atNs);
      if (senders.length > 0) mark.change = { senders };
    }
    return marks;
  }

  /** Calls to a component were found to fail. */
  failing(mark: Mark): void {
    const { components } = this.recorder.subjects;
    const component = components.findIndex(({ name }) => name === mark.component);
    const from = this.sums.of(component);
    mark.workers = from.workers;
    this.pending.push({ mark, component, usual: this.usual, from, before: null });
  }

  /** The first fault finds a component saturated; it may have been too soon to look at it. */
  stillOpen(component: number, mark: Mark): void {
    if (mark.change !== undefined || this.pending.some((one) => one.mark === mark)) return;
    this.foundNs[component] = -Infinity;
    this.found(component, mark);
  }

  /** A component was found saturated just now. */
  found(component: number, mark: Mark): void {
    this.isFound[component] = 1;
    const now = this.clock[0];
    // Before anything goes wrong a busy component may be found so very often.
    if (!this.hasBegun && now - this.foundNs[component] < 1e9) return;
    this.foundNs[component] = now;
    const last = this.last[component];
    const recent = last !== undefined && now - last.atNs <= 2e9 ? last : null;
    const from = (mark.how === 'growing' ? last : undefined) ?? this.sums.of(component);
    this.pending.push({ mark, component, usual: this.usual, from, before: recent });
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

  private tell(one: Pending): void {
    const { component, from, mark } = one;
    const usual = one.usual?.[component];
    const to = this.sums.of(component);
    const change = usual === undefined || usual.done === 0 ? {} : this.between(one, usual, to);
    // Nothing is done of what does not come, or is not sent any more.
    if (mark.how === 'failing') delete change.nothing;
    if (Object.keys(change).length > 0) mark.change = change;
    else if (mark.edge === null && mark.how !== 'failing' && to.arrivals > from.arrivals)
      mark.change = flow(from, to);
  }

  private between(one: Pending, usual: Sums, to: Sums): Change {
    const { component, from, mark } = one;
    const slow = this.slowCall(one, usual, to);
    const long = slow === null && mark.edge === null ? longer(usual, from, to) : {};
    const spans: [Sums, Sums][] = [[from, to]];
    if (one.before !== null && one.before !== from) spans.push([one.before, from]);
    const fault = this.atFault?.[component];
    if (fault !== undefined && to.atNs - fault.atNs <= BACK_NS) spans.push([fault, to]);
    const arrivals = spans.map(([a, b]) => more(usual, a, b)).find((found) => found !== null);
    return {
      ...(mark.workers < usual.workers ? { workersBefore: usual.workers } : {}),
      ...(to.replicas < usual.replicas ? { replicas: [to.replicas, usual.replicas] } : {}),
      ...slow,
      ...long,
      ...(long.held === undefined ? {} : routeOf(usual, from, to)),
      ...(mark.how === 'breaker' ? this.failed(mark.edge, usual, one.before ?? usual, to) : {}),
      ...whatComes(arrivals ?? null, mark.edge === null ? this.senders.since(mark.atNs) : []),
    };
  }

  /** The call that holds the component up, or the one that the mark is of; null if it takes as ever. */
  private slowCall(
    { component, from, mark: { edge } }: Pending,
    usual: Sums,
    to: Sums,
  ): Change | null {
    const fault = this.atFault?.[component];
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
      // Where all wait for calls there may be none of late.
      const since = b.sent > a.sent ? a : (fault?.calls[i] ?? before);
      const arriving = (b.came - since.came) / (b.sent - since.sent);
      const lost = arriving < HALF ? { arriving } : {};
      slow = { call: { to: name.split(' -> ')[1], ns, beforeNs, ...part, ...lost } };
    });
    return slow;
  }

  /** Of the calls on an edge, how many fail that did not before. */
  private failed(edge: string | null, usual: Sums, from: Sums, to: Sums): Change {
    const { edges } = this.recorder.subjects;
    const at = to.calls.findIndex((one) => edges[one.edge] === edge);
    if (at < 0) return {};
    const [a, b, before] = [from.calls[at], to.calls[at], usual.calls[at]];
    const ended = b.ended - a.ended;
    const failed = ended - (b.ok - a.ok);
    if (failed === 0) return {};
    const usually = before.ended === 0 ? 0 : 1 - before.ok / before.ended;
    return { failing: { to: edges[b.edge].split(' -> ')[1], failed, of: ended, before: usually } };
  }
}

/** Where most of what more comes was sent by producers, who they are says enough. */
function whatComes(arrivals: Change['arrivals'] | null, senders: Senders): Change {
  if (senders.length === 0) return arrivals == null ? {} : { arrivals };
  const sent = senders.reduce((sum, one) => sum + grown(one), 0);
  const more = arrivals == null ? 0 : arrivals.perSecond * (1 - 1 / arrivals.times);
  return arrivals == null || more * HALF < sent ? { senders } : { arrivals, senders };
}

/** Whether more come than did before, and by more than chance would have it; null if not. */
function more(usual: Sums, from: Sums, to: Sums): NonNullable<Change['arrivals']> | null {
  const spanNs = to.atNs - from.atNs;
  // Found at the very moment of the look before: whoever came then is no rate.
  if (spanNs <= 0) return null;
  const came = to.arrivals - from.arrivals;
  const expected = (usual.arrivals / usual.atNs) * spanNs;
  if (!isMore(came, expected, MORE)) return null;
  const told = { times: came / expected, perSecond: (came / spanNs) * 1e9 };
  const first = firstTries(from, to);
  if (first === null) return told;
  const before = ((usual.sent - usual.again) / usual.atNs) * 1e9;
  return { ...told, first: { perSecond: first, before } };
}

/** First tries a second, where many are further ones; else null. */
function firstTries(from: Sums, to: Sums): number | null {
  const sent = to.sent - from.sent;
  const again = to.again - from.again;
  return again > 0 && again >= AGAIN * sent ? ((sent - again) / (to.atNs - from.atNs)) * 1e9 : null;
}

/** How many come, and are done, of what nothing better is known. */
function flow(from: Sums, to: Sums): Change {
  const spanNs = to.atNs - from.atNs;
  const perSecond = (a: number, b: number) => ((b - a) / spanNs) * 1e9;
  const first = firstTries(from, to);
  const done = to.done - from.done;
  const errors = to.errors - from.errors;
  return {
    flow: {
      come: perSecond(from.arrivals, to.arrivals),
      done: perSecond(from.done, to.done),
      ...(first === null ? {} : { first }),
      ...(errors > 0 && errors >= AGAIN * done ? { errors: errors / done } : {}),
    },
  };
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

/** The route that has many more of the workers than before: other work has come. */
function routeOf(usual: Sums, from: Sums, to: Sums): Change {
  let most = ROUTE * to.workers;
  let found: Change = {};
  to.routes.forEach(({ busyNs, name }, r) => {
    const workers = (busyNs - from.routes[r].busyNs) / (to.atNs - from.atNs);
    const before = usual.routes[r].busyNs / usual.atNs;
    if (workers - before <= most || workers < 2 * before) return;
    most = workers - before;
    found = { route: { name, workers, before } };
  });
  return found;
}
