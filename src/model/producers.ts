import { compile, type Distribution } from '../kernel/distributions.js';
import {
  deriveHi,
  deriveLo,
  hashText,
  IdentitySource,
  purposeOf,
  unit53,
} from '../kernel/draws.js';
import type { Kernel } from '../kernel/kernel.js';
import {
  ANSWERED_THEN,
  DEGRADED,
  FAILED,
  GOOD,
  GOOD_THEN,
  LATE,
  OFFERED,
  type Recorder,
} from '../measure/recorder.js';
import type { Seconds } from '../measure/seconds.js';
import { CALL_BITS, CALL_ROW, CALLER_HI, CALLER_LO, type Calls, HOLDS_SENDER } from './calls.js';
import type { RequestObserver } from './fates.js';
import { type OpenArrivals, openArrivals } from './open-arrivals.js';
import { ARRIVE, BEGIN, OK, SEND_NEXT, USER } from './outcomes.js';
import type { Change, Plan, ProducerPlan, WeightedTarget } from './plan.js';
import type { Program } from './program.js';
import type { RateChange, Surge } from './rate-pieces.js';
import { firstUsers, usersOf } from './users.js';

const THINK = purposeOf('think');
const TARGET = purposeOf('target');
const NONE = -1;

interface Producer {
  plan: ProducerPlan;
  /** The key of its first request; the k-th one's has k added to the second word. */
  hi: number;
  lo: number;
  /** Requests so far. */
  ordinal: number;
  /** Null for users and senders, who wait for answers. */
  open: OpenArrivals | null;
  /** When the next ones arrive; Infinity where none will. */
  dueNs: number;
  /** Surges that began by a condition, and by how much they multiply its rate now. */
  surges: Surge[];
  watched: number;
  /** What operators made of its rate, and when. */
  changes: RateChange[];
  /** Requests that arrive together. */
  size: number;
  /** Running shares of its targets; empty where there is one. */
  targets: Float64Array;
  /** First row of its users or senders. */
  firstUser: number;
  /** Users that go on; more than these retire when their request has ended. */
  usersWanted: number;
  /** Whether its time to send has come. */
  begun: boolean;
  /** Users but for surges, and by how much those multiply them. */
  users: number;
  surge: number;
}

/** Who sends requests, and what becomes of them. */
export class Producers {
  private readonly producers: Producer[];
  private readonly ofUser: Int32Array;
  private readonly think: (Distribution | null)[];
  private readonly cycles: Float64Array;
  private readonly active: Uint8Array;
  private readonly draw = new IdentitySource();
  /** Requests that have arrived and not ended. */
  inSystem = 0;
  /** Who is told of every request; null where nobody is. */
  observer: RequestObserver | null = null;

  constructor(
    plan: Plan,
    private readonly kernel: Kernel,
    private readonly program: Program,
    private readonly calls: Calls,
    private readonly recorder: Recorder,
    private readonly seconds: Seconds,
    private readonly sending: { send(call: number): void },
  ) {
    const first = firstUsers(plan);
    this.producers = plan.producers.map((_, p) => makeProducer(plan, p, first[p]));
    const users = plan.producers.reduce((sum, _, p) => sum + usersOf(plan, p), 0);
    this.think = plan.producers.map(({ arrivals }) =>
      arrivals.kind === 'closed' ? compile(arrivals.think) : null,
    );
    this.ofUser = new Int32Array(users);
    this.cycles = new Float64Array(users);
    this.active = new Uint8Array(users);
    this.producers.forEach((producer, p) => {
      this.ofUser.fill(p, producer.firstUser, producer.firstUser + usersOf(plan, p));
    });
  }

  /** Schedules every producer's first. */
  beginAll(): void {
    this.producers.forEach(({ plan, open }, p) => {
      if (open !== null) this.scheduleArrival(p);
      else if (plan.fromNs === 0) this.begin(p);
      else this.kernel.at(plan.fromNs, BEGIN, p);
    });
  }

  /** Users begin to think, senders to send. */
  begin(p: number): void {
    const producer = this.producers[p];
    const { arrivals } = producer.plan;
    producer.begun = true;
    if (arrivals.kind === 'closed') this.setUsers(p, producer.usersWanted);
    else if (arrivals.kind === 'backlog') {
      for (let i = 0; i < arrivals.senders; i++)
        this.kernel.post(SEND_NEXT, producer.firstUser + i);
    }
  }

  /** An open producer's next request arrives, or as many as come together. */
  arrive(p: number): void {
    const producer = this.producers[p];
    // The rate has changed since this was scheduled.
    if (this.kernel.clock[0] !== producer.dueNs) return;
    const { clients, limit } = producer.plan;
    const first = producer.ordinal;
    const end = Math.min(first + producer.size, limit);
    producer.ordinal = end;
    if (end < limit) this.scheduleArrival(p);
    else producer.dueNs = Infinity;
    if (end > first + 1) this.kernel.suspend();
    for (let ordinal = first; ordinal < end; ordinal++) {
      const client = clients === 1 ? 0 : ordinal % clients;
      const lo = (producer.lo + ordinal) | 0;
      this.observer?.begun(p, NONE, ordinal, producer.hi, lo, this.kernel.now);
      this.request(p, producer.hi, lo, client, false);
    }
    if (end > first + 1) this.kernel.resume();
  }

  /** A closed user has thought, or a backlog's sender has room: the next request. */
  userSends(user: number): void {
    const p = this.ofUser[user];
    const producer = this.producers[p];
    const { arrivals, limit, untilNs } = producer.plan;
    const backlog = arrivals.kind === 'backlog';
    const over = producer.ordinal >= limit || this.kernel.clock[0] >= untilNs;
    if (over || (!backlog && user - producer.firstUser >= producer.usersWanted)) {
      this.active[user] = 0;
      return;
    }
    producer.ordinal++;
    const hi = deriveHi(producer.hi, producer.lo, user - producer.firstUser);
    const lo = deriveLo(producer.hi, producer.lo, user - producer.firstUser);
    const cycle = this.cycles[user];
    this.cycles[user] = cycle + 1;
    const keyHi = deriveHi(hi, lo, cycle);
    const keyLo = deriveLo(hi, lo, cycle);
    const who = user - producer.firstUser;
    this.observer?.begun(p, who, cycle, keyHi, keyLo, this.kernel.now);
    this.request(p, keyHi, keyLo, user, backlog);
  }

  /** A request has ended with its last try's outcome. */
  ended(call: number, outcome: number, degraded: boolean): void {
    const { calls } = this;
    const p = -1 - calls.parent(call);
    const { begunNs } = calls;
    const user = calls.user(call);
    const fate = this.requestEnded(p, calls.epoch(call), begunNs, call, outcome, degraded, user);
    if (this.observer === null) return;
    const [hi, lo] = [
      calls.words[call * CALL_ROW + CALLER_HI],
      calls.words[call * CALL_ROW + CALLER_LO],
    ];
    this.observer.ended(p, hi, lo, fate, this.kernel.now);
  }

  /**
   * A request of a producer's user has ended that arrived at `since[row]`, in an epoch. Returns the
   * column of the recorder's requests in which it counts.
   */
  requestEnded(
    p: number,
    epoch: number,
    since: Float64Array,
    row: number,
    outcome: number,
    degraded: boolean,
    user: number,
  ): number {
    const { recorder } = this;
    this.inSystem--;
    const producer = this.producers[p];
    const arrivedNs = since[row];
    let column = FAILED + outcome;
    if (outcome === OK) {
      const inTime = this.kernel.now - arrivedNs <= producer.plan.objectiveNs;
      const good = inTime && !degraded;
      const then = good ? GOOD_THEN : -1;
      column = inTime ? (degraded ? DEGRADED : GOOD) : LATE;
      recorder.requests.addPairs(p, epoch, column, recorder.epoch, ANSWERED_THEN, then);
      recorder.succeeded(p, epoch, since, row);
      this.seconds.answered(p, good, arrivedNs);
    } else {
      recorder.requests.add(p, epoch, column);
      recorder.failed(p, epoch, since, row);
      this.seconds.failed(outcome);
    }
    if (this.think[p] !== null) this.thinks(user);
    return column;
  }

  /** Sets how many users a closed producer has: more begin with a think time, fewer retire. */
  setUsers(p: number, users: number): void {
    const producer = this.producers[p];
    producer.usersWanted = users;
    if (!producer.begun) return;
    for (let i = 0; i < users; i++) {
      const user = producer.firstUser + i;
      if (this.active[user] === 1) continue;
      this.active[user] = 1;
      this.thinks(user);
    }
  }

  /**
   * Surges multiply what a producer sends: the users of `closed` by `factor`; a rate has those that
   * are known beforehand in its curve, and is multiplied by `watched`, the others.
   */
  surge(p: number, factor: number, watched: number): void {
    const producer = this.producers[p];
    producer.surge = factor;
    if (producer.plan.arrivals.kind === 'closed') {
      this.setUsers(p, Math.round(producer.users * factor));
      return;
    }
    if (watched === producer.watched) return;
    const last = producer.surges.at(-1);
    if (last?.toNs === Infinity) last.toNs = this.kernel.now;
    producer.watched = watched;
    if (watched !== 1) {
      producer.surges.push({ fromNs: this.kernel.now, toNs: Infinity, factor: watched });
    }
    this.bendCurve(p);
  }

  /** What an operator makes of a producer's arrivals from now on; null: what the plan says. */
  setArrivals(p: number, change: Change | null): void {
    const producer = this.producers[p];
    const { arrivals } = producer.plan;
    if (arrivals.kind === 'closed') {
      producer.users = change?.what === 'users' ? change.users : arrivals.users;
      this.setUsers(p, Math.round(producer.users * producer.surge));
    } else if ('rate' in arrivals) {
      const rate = change?.what === 'rate' ? change.rate : arrivals.rate;
      producer.changes.push({ atNs: this.kernel.now, rate });
      this.bendCurve(p);
    }
  }

  /** The rate changes from now on: the arrival that comes next comes at another time. */
  private bendCurve(p: number): void {
    const producer = this.producers[p];
    const { changes, open, plan, surges } = producer;
    if (open === null || producer.ordinal >= plan.limit) return;
    const at = open.bend(surges, changes);
    if (at !== producer.dueNs) this.setDue(p, at);
  }

  private thinks(user: number): void {
    const p = this.ofUser[user];
    const producer = this.producers[p];
    if (user - producer.firstUser >= producer.usersWanted) {
      this.active[user] = 0;
      return;
    }
    const law = this.think[p] as Distribution;
    const hi = deriveHi(producer.hi, producer.lo, user - producer.firstUser);
    const lo = deriveLo(producer.hi, producer.lo, user - producer.firstUser);
    const cycle = this.cycles[user];
    this.draw.seek(deriveHi(hi, lo, cycle), deriveLo(hi, lo, cycle), THINK);
    const ns = Math.floor(law.sample(this.draw) + 0.5);
    this.kernel.at(this.kernel.now + ns, USER, user);
  }

  /** `user` is who sends; of open arrivals, which of the producer's clients. */
  private request(p: number, hi: number, lo: number, user: number, holdsSender: boolean): void {
    const { calls, recorder } = this;
    const { epoch } = recorder;
    const site = this.program.producerSite[p] + this.targetOf(p, hi, lo);
    const call = calls.take(hi, lo, -1 - p, site, epoch, user);
    calls.begunNs[call] = this.kernel.clock[0];
    if (holdsSender) calls.words[call * CALL_ROW + CALL_BITS] |= HOLDS_SENDER;
    recorder.requests.add(p, epoch, OFFERED);
    this.inSystem++;
    this.seconds.arrived(p);
    this.sending.send(call);
  }

  /** Which of its targets a request goes to: by the request's key, whatever else is drawn. */
  private targetOf(p: number, hi: number, lo: number): number {
    const { targets } = this.producers[p];
    if (targets.length === 0) return 0;
    this.draw.seek(hi, lo, TARGET);
    const u = unit53(this.draw);
    let target = 0;
    while (u >= targets[target]) target++;
    return target;
  }

  private scheduleArrival(p: number): void {
    const { open } = this.producers[p];
    if (open !== null) this.setDue(p, open.next());
  }

  private setDue(p: number, atNs: number): void {
    const producer = this.producers[p];
    // Rounding may put the next one just before a change of the rate.
    const at = Math.max(atNs, this.kernel.now);
    producer.dueNs = at < producer.plan.untilNs ? at : Infinity;
    if (producer.dueNs < Infinity) this.kernel.at(at, ARRIVE, p);
  }
}

function makeProducer(plan: Plan, p: number, firstUser: number): Producer {
  const producer = plan.producers[p];
  const { arrivals, name, to } = producer;
  const root = hashText(`${plan.seed}/${name}`);
  return {
    plan: producer,
    hi: root.hi,
    lo: root.lo,
    ordinal: 0,
    open: openArrivals(plan, p),
    dueNs: Infinity,
    surges: [],
    watched: 1,
    changes: [],
    size: arrivals.kind === 'batch' ? arrivals.size : 1,
    targets: runningShares(to),
    firstUser,
    usersWanted: arrivals.kind === 'closed' ? arrivals.users : 0,
    begun: false,
    users: arrivals.kind === 'closed' ? arrivals.users : 0,
    surge: 1,
  };
}

/** Shares of the weights, summed up; the last with a weight ends at exactly 1. */
function runningShares(targets: readonly WeightedTarget[]): Float64Array {
  if (targets.length === 1) return new Float64Array(0);
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  let sum = 0;
  return Float64Array.from(targets, ({ weight }) => {
    sum += weight;
    return sum / total;
  });
}
