import { ENDED, FIRSTS, OTHERS } from './edge-book.js';
import type { Recorder } from './recorder.js';
import { ARRIVALS, COMPLETED, ENDS, ERRORS } from './service-book.js';

/** Sums since the beginning of the run, of a component and of the edges that it calls over. */
export interface Sums {
  atNs: number;
  workers: number;
  /** Replicas in rotation. */
  replicas: number;
  arrivals: number;
  /** Attempts sent to it, and those of them that were not the first try all the way up. */
  sent: number;
  again: number;
  done: number;
  errors: number;
  busyNs: number;
  /** By route, where it has several: as `busyNs`. */
  routes: readonly Route[];
  calls: readonly Calls[];
}

export interface Route {
  name: string;
  busyNs: number;
}

export interface Calls {
  edge: number;
  ended: number;
  ok: number;
  outNs: number;
  /** Of the callee, whoever called: how many came, of how many sent. */
  came: number;
  sent: number;
  /** How many left it, and the time they and others were there. */
  left: number;
  thereNs: number;
}

/** Reads the books as sums up to now. */
export class SumsUpToNow {
  /** By component: the edges it calls over, and those that lead to it. */
  readonly outgoing: number[][];
  readonly incoming: number[][];
  /** By edge; -1 where it is no component. */
  readonly callees: readonly number[];
  /** By component: its named routes as subjects of the books. */
  private readonly routes: { name: string; subject: number }[][];
  private readonly ok: number;

  constructor(
    private readonly recorder: Recorder,
    private readonly clock: Float64Array,
    private readonly workersOf: (component: number) => number,
  ) {
    const { components, edges, outcomes, routes } = recorder.subjects;
    const numbers = new Map(components.map(({ name }, c) => [name, c]));
    this.outgoing = components.map(() => []);
    this.incoming = components.map(() => []);
    this.routes = components.map(() => []);
    routes.forEach(({ component, route }, r) => {
      this.routes[component].push({ name: route, subject: components.length + r });
    });
    this.ok = outcomes.indexOf('ok');
    this.callees = edges.map((edge, e) => {
      const [from, to] = edge.split(' -> ').map((end) => numbers.get(end.split('/')[0]) ?? -1);
      this.outgoing[from]?.push(e);
      this.incoming[to]?.push(e);
      return to;
    });
  }

  all(): Sums[] {
    return this.recorder.subjects.components.map((_, c) => this.of(c));
  }

  of(c: number): Sums {
    const { rotations, services } = this.recorder;
    const again = this.sent(c, OTHERS);
    const errors = services.total(c, ERRORS);
    return {
      atNs: this.clock[0],
      workers: this.workersOf(c),
      replicas: rotations.inRotation.level[c],
      arrivals: services.total(c, ARRIVALS),
      sent: this.sent(c, FIRSTS) + again,
      again,
      done: services.total(c, COMPLETED) + errors,
      errors,
      busyNs: services.busyArea(c),
      routes: this.routes[c].map(({ name, subject }) => {
        return { name, busyNs: services.busyArea(subject) };
      }),
      calls: this.outgoing[c].map((edge) => this.calls(edge)),
    };
  }

  calls(edge: number): Calls {
    const { away, edges, services, subjects } = this.recorder;
    const callee = this.callees[edge];
    const ended = subjects.outcomes.reduce((sum, _, o) => sum + edges.total(edge, ENDED + o), 0);
    const ok = edges.total(edge, ENDED + this.ok);
    const sums = { edge, ended, ok, outNs: edges.outstandingNs(edge) };
    if (callee < 0) return { ...sums, came: 0, sent: 0, left: 0, thereNs: NaN };
    return {
      ...sums,
      came: services.total(callee, ARRIVALS),
      sent: this.sent(callee, FIRSTS) + this.sent(callee, OTHERS),
      left: ENDS.reduce((sum, column) => sum + services.total(callee, column), 0),
      thereNs: services.waitingArea(callee) + services.busyArea(callee) + away.areaNow(callee),
    };
  }

  private sent(c: number, column: number): number {
    return this.incoming[c].reduce((sum, e) => sum + this.recorder.edges.total(e, column), 0);
  }
}
