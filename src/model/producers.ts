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
  DEGRADED,
  FAILED,
  GOOD,
  GOOD_THEN,
  LATE,
  OFFERED,
  type Recorder,
} from '../measure/recorder.js';
import type { Seconds } from '../measure/seconds.js';
import { CALL_BITS, CALL_ROW, type Calls, HOLDS_SENDER } from './calls.js';
import { ARRIVE, OK, SEND_NEXT, USER } from './outcomes.js';
import type { FaultPlan, Plan, ProducerPlan } from './plan.js';
import type { Program } from './program.js';
import { RateCurve, type Surge } from './rate-curve.js';

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
  /** Λ at the arrival that comes next. */
  expected: number;
  /** First row of its users or senders. */
  firstUser: number;
  /** Users that go on; more than these retire when their request has ended. */
  usersWanted: number;
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
      if (arrivals.kind === 'closed') this.setUsers(p, arrivals.users);
      else if (arrivals.kind === 'backlog') {
        for (let i = 0; i < arrivals.senders; i++)
          this.kernel.post(SEND_NEXT, producer.firstUser + i);
      } else this.scheduleArrival(p);
    });
  }

  /** An open producer's next request arrives. */
  arrive(p: number): void {
    const producer = this.producers[p];
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
  ended(call: number, outcome: number, degraded: boolean): void {
    const { calls, recorder } = this;
    const p = -1 - calls.parent(call);
    this.inSystem--;
    const producer = this.producers[p];
    const arrivedNs = calls.begunNs[call];
    const epoch = calls.epoch(call);
    const tookNs = this.kernel.now - arrivedNs;
    if (outcome === OK) {
      const inTime = tookNs <= producer.plan.objectiveNs;
      const good = inTime && !degraded;
      const then = good ? GOOD_THEN : -1;
      const column = inTime ? (degraded ? DEGRADED : GOOD) : LATE;
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

  /** Multiplies a closed producer's users while a surge lasts. */
  surge(p: number, factor: number): void {
    const { arrivals } = this.producers[p].plan;
    if (arrivals.kind === 'closed') this.setUsers(p, Math.round(arrivals.users * factor));
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
    const at = Math.floor(curve.arrivalNs(producer.expected) + 0.5);
    if (at < Infinity) this.kernel.at(at, ARRIVE, p);
  }
}

function makeProducer(plan: Plan, producer: ProducerPlan, p: number, firstUser: number): Producer {
  const { arrivals } = producer;
  const root = hashText(`${plan.seed}/${producer.name}`);
  const surges = plan.faults.flatMap((fault) => surgeOf(fault, p));
  const open = arrivals.kind === 'poisson' || arrivals.kind === 'constant';
  return {
    plan: producer,
    hi: root.hi,
    lo: root.lo,
    ordinal: 0,
    curve: open ? new RateCurve(arrivals.rate, surges) : null,
    stream: arrivals.kind === 'poisson' ? openStream(plan.seed, producer.name, 'arrivals') : null,
    expected: 0,
    firstUser,
    usersWanted: 0,
  };
}

function surgeOf(fault: FaultPlan, p: number): Surge[] {
  if (fault.kind !== 'surge' || fault.producer !== p) return [];
  return [{ fromNs: fault.atNs, toNs: fault.atNs + fault.forNs, factor: fault.factor }];
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
  return Math.ceil(arrivals.users * factor);
}
