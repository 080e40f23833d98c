import { compile, type Distribution } from '../kernel/distributions.js';
import {
  deriveHi,
  deriveLo,
  hashText,
  IdentitySource,
  openStream,
  purposeOf,
  type StreamSource,
} from '../kernel/draws.js';
import type { Kernel } from '../kernel/kernel.js';
import { unitExponential } from '../kernel/ziggurat.js';
import {
  ANSWERED_THEN,
  FAILED,
  GOOD,
  GOOD_THEN,
  LATE,
  OFFERED,
  type Recorder,
} from '../measure/recorder.js';
import type { Seconds } from '../measure/seconds.js';
import { CALL_BITS, CALL_ROW, type Calls, HOLDS_SENDER } from './calls.js';
import { changesOf } from './edges.js';
import { ARRIVE, OK, SEND_NEXT, USER } from './outcomes.js';
import type { Change, FaultPlan, Plan, ProducerPlan } from './plan.js';
import type { Program } from './program.js';
import { type RateChange, RateCurve, type Surge } from './rate-curve.js';

const THINK = purposeOf('think');

interface Producer {
  plan: ProducerPlan;
  /** The key of its first request; the k-th one's has k added to the second word. */
  hi: number;
  lo: number;
  /** Requests so far (open and backlog). */
  ordinal: number;
  /** Open arrivals only. */
  curve: RateCurve | null;
  stream: StreamSource | null;
  /** Surges of its curve: those known beforehand, and those that began by a condition. */
  surges: Surge[];
  /** By how much the latter multiply its rate now. */
  watched: number;
  /** What operators made of its rate, and when. */
  changes: RateChange[];
  /** Λ at the arrival that comes next, and when that is. */
  expected: number;
  dueNs: number;
  /** First row of its users or senders. */
  firstUser: number;
  /** Users that go on; more than these retire when their request has ended. */
  usersWanted: number;
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

  constructor(
    plan: Plan,
    private readonly kernel: Kernel,
    private readonly program: Program,
    private readonly calls: Calls,
    private readonly recorder: Recorder,
    private readonly seconds: Seconds,
    private readonly sending: { send(call: number): void },
  ) {
    let users = 0;
    this.producers = plan.producers.map((producer, p) => {
      const made = makeProducer(plan, producer, p, users);
      users += usersOf(plan, p);
      return made;
    });
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
  begin(): void {
    this.producers.forEach((producer, p) => {
      const { arrivals } = producer.plan;
      if (arrivals.kind === 'closed') this.setUsers(p, producer.users);
      else if (arrivals.kind === 'backlog') {
        for (let i = 0; i < arrivals.senders; i++)
          this.kernel.post(SEND_NEXT, producer.firstUser + i);
      } else this.scheduleArrival(p);
    });
  }

  /** An open producer's next request arrives. */
  arrive(p: number): void {
    const producer = this.producers[p];
    // The rate has changed since this was scheduled.
    if (this.kernel.clock[0] !== producer.dueNs) return;
    const ordinal = producer.ordinal++;
    this.scheduleArrival(p);
    this.request(p, producer.hi, (producer.lo + ordinal) | 0, 0, false);
  }

  /** A closed user has thought, or a backlog's sender has room: the next request. */
  userSends(user: number): void {
    const p = this.ofUser[user];
    const producer = this.producers[p];
    const backlog = producer.plan.arrivals.kind === 'backlog';
    if (!backlog && user - producer.firstUser >= producer.usersWanted) {
      this.active[user] = 0;
      return;
    }
    const hi = deriveHi(producer.hi, producer.lo, user - producer.firstUser);
    const lo = deriveLo(producer.hi, producer.lo, user - producer.firstUser);
    const cycle = this.cycles[user];
    this.cycles[user] = cycle + 1;
    this.request(p, deriveHi(hi, lo, cycle), deriveLo(hi, lo, cycle), user, backlog);
  }

  /** A request has ended with its last try's outcome. */
  ended(call: number, outcome: number): void {
    const { calls, recorder } = this;
    const p = -1 - calls.parent(call);
    this.inSystem--;
    const producer = this.producers[p];
    const arrivedNs = calls.begunNs[call];
    const epoch = calls.epoch(call);
    const tookNs = this.kernel.now - arrivedNs;
    if (outcome === OK) {
      const good = tookNs <= producer.plan.objectiveNs;
      const then = good ? GOOD_THEN : -1;
      const column = good ? GOOD : LATE;
      recorder.requests.addPairs(p, epoch, column, recorder.epoch, ANSWERED_THEN, then);
      recorder.succeeded(p, epoch, calls.begunNs, call);
      this.seconds.answered(p, good, arrivedNs);
    } else {
      recorder.requests.add(p, epoch, FAILED + outcome);
      recorder.failed(p, epoch, calls.begunNs, call);
      this.seconds.failed(outcome);
    }
    if (this.think[p] !== null) this.thinks(calls.user(call));
  }

  /** Sets how many users a closed producer has: more begin with a think time, fewer retire. */
  setUsers(p: number, users: number): void {
    const producer = this.producers[p];
    producer.usersWanted = users;
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
    const last = producer.surges.at(-1);
    const holds = last?.toNs === Infinity && producer.watched !== 1 ? last : undefined;
    if (watched === producer.watched) return;
    if (holds !== undefined) holds.toNs = this.kernel.now;
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
    } else if (arrivals.kind !== 'backlog') {
      const points = change?.what === 'rate' ? change.rate : arrivals.rate;
      producer.changes.push({ atNs: this.kernel.now, points });
      this.bendCurve(p);
    }
  }

  /** The rate changes from now on: the arrival that comes next comes at another time. */
  private bendCurve(p: number): void {
    const producer = this.producers[p];
    const { arrivals } = producer.plan;
    if (arrivals.kind !== 'poisson' && arrivals.kind !== 'constant') return;
    producer.curve = new RateCurve(arrivals.rate, producer.surges, producer.changes);
    const before = producer.dueNs;
    this.setDue(p);
    if (producer.dueNs !== before && producer.dueNs < Infinity) {
      this.kernel.at(producer.dueNs, ARRIVE, p);
    }
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

  private request(p: number, hi: number, lo: number, user: number, holdsSender: boolean): void {
    const { calls, recorder } = this;
    const { epoch } = recorder;
    const call = calls.take(hi, lo, -1 - p, this.program.producerSite[p], epoch, user);
    calls.begunNs[call] = this.kernel.clock[0];
    if (holdsSender) calls.words[call * CALL_ROW + CALL_BITS] |= HOLDS_SENDER;
    recorder.requests.add(p, epoch, OFFERED);
    this.inSystem++;
    this.seconds.arrived(p);
    this.sending.send(call);
  }

  private scheduleArrival(p: number): void {
    const producer = this.producers[p];
    const { curve, stream } = producer;
    if (curve === null) return;
    producer.expected += stream === null ? 1 : unitExponential(stream);
    this.setDue(p);
    if (producer.dueNs < Infinity) this.kernel.at(producer.dueNs, ARRIVE, p);
  }

  private setDue(p: number): void {
    const producer = this.producers[p];
    const { curve } = producer;
    if (curve === null) return;
    // Rounding may put the next one just before a change of the rate.
    const at = Math.floor(curve.arrivalNs(producer.expected) + 0.5);
    producer.dueNs = Math.max(at, this.kernel.now);
  }
}

function makeProducer(plan: Plan, producer: ProducerPlan, p: number, firstUser: number): Producer {
  const { arrivals } = producer;
  const root = hashText(`${plan.seed}/${producer.name}`);
  const surges = plan.faults.flatMap((fault) => surgesOf(fault, p, plan.durationNs));
  const open = arrivals.kind === 'poisson' || arrivals.kind === 'constant';
  return {
    plan: producer,
    hi: root.hi,
    lo: root.lo,
    ordinal: 0,
    curve: open ? new RateCurve(arrivals.rate, surges) : null,
    stream: arrivals.kind === 'poisson' ? openStream(plan.seed, producer.name, 'arrivals') : null,
    surges,
    changes: [],
    expected: 0,
    dueNs: Infinity,
    watched: 1,
    firstUser,
    usersWanted: 0,
    users: arrivals.kind === 'closed' ? arrivals.users : 0,
    surge: 1,
  };
}

/** The surges that a fault is known to make. */
function surgesOf(fault: FaultPlan, p: number, durationNs: number): Surge[] {
  if (fault.kind !== 'surge' || fault.producer !== p || fault.when !== null) return [];
  const { atNs, everyNs, forNs, factor } = fault;
  const surges: Surge[] = [];
  for (let at = atNs; at === atNs || at < durationNs; at += everyNs) {
    surges.push({ fromNs: at, toNs: at + forNs, factor });
  }
  return surges;
}

/** Rows of users or senders a producer may ever need. */
function usersOf(plan: Plan, p: number): number {
  const { arrivals } = plan.producers[p];
  if (arrivals.kind === 'backlog') return arrivals.senders;
  if (arrivals.kind !== 'closed') return 0;
  let factor = 1;
  for (const fault of plan.faults) {
    if (fault.kind === 'surge' && fault.producer === p) factor *= Math.max(1, fault.factor);
  }
  let users = arrivals.users;
  for (const change of changesOf(plan)) {
    if (change.what === 'users' && change.producer === p) users = Math.max(users, change.users);
  }
  return Math.ceil(users * factor);
}
