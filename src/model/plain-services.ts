import type { Kernel } from '../kernel/kernel.js';
import type { Recorder } from '../measure/recorder.js';
import type { Saturation } from '../measure/saturation.js';
import { ARRIVALS, COMPLETED, ERRORS } from '../measure/service-book.js';
import type { Accounts } from './accounts.js';
import {
  type Attempts,
  CALLING,
  CAME,
  DONE,
  ROW,
  SITE,
  STARTED,
  TIMES,
  WAITING,
  WORKING,
} from './attempts.js';
import { changesOf } from './changes.js';
import { comesAndGoes } from './coming-and-going.js';
import type { Lines } from './lines.js';
import { takesLocks } from './lock-places.js';
import { ofPlan } from './of-plan.js';
import { FACT_ENDED, FACT_QUEUED, FACT_STARTED, OK } from './outcomes.js';
import type { ComponentPlan, Plan } from './plan.js';
import type { Program } from './program.js';
import type { Replicas } from './replicas.js';

const NONE = -1;

/** What plain services need of the rest of the model. */
export interface PlainPeers {
  handlers: { resume(attempt: number, pc: number): void };
  sending: {
    answer(attempt: number, outcome: number): boolean;
    answerNow(attempt: number): void;
  };
  services: { isWanted(attempt: number): boolean };
  /** The line is full. */
  meetsFull(attempt: number, replica: number, component: number): void;
}

/** The parts of the model that plain services are made of. */
interface PlainParts {
  kernel: Kernel;
  program: Program;
  attempts: Attempts;
  replicas: Replicas;
  lines: Lines;
  accounts: Accounts;
  recorder: Recorder;
  saturation: Saturation;
}

/**
 * The plain case of a service, written out, as most of what is simulated goes this way: a worker
 * serves one request from its start to its end, those who wait do so in the order of arrival until
 * it is their turn, and whoever finds the line full is refused. Does to the letter what `Services`
 * and `Admission` do there, with none of their questions about what else there might be.
 */
export class PlainServices {
  private readonly kernel: Kernel;
  private readonly program: Program;
  private readonly attempts: Attempts;
  private readonly replicas: Replicas;
  private readonly lines: Lines;
  private readonly accounts: Accounts;
  private readonly recorder: Recorder;
  private readonly saturation: Saturation;
  /** By replica: 1 where it is plain. */
  readonly is: Uint8Array;
  private readonly capacity: Float64Array;
  private readonly finite: Uint8Array;
  private handlers!: PlainPeers['handlers'];
  private sending!: PlainPeers['sending'];
  private services!: PlainPeers['services'];
  private meetsFull!: PlainPeers['meetsFull'];

  constructor(plan: Plan, parts: PlainParts) {
    this.kernel = parts.kernel;
    this.program = parts.program;
    this.attempts = parts.attempts;
    this.replicas = parts.replicas;
    this.lines = parts.lines;
    this.accounts = parts.accounts;
    this.recorder = parts.recorder;
    this.saturation = parts.saturation;
    const { replicas } = this;
    const { components } = plan;
    this.is = Uint8Array.from(replicas.component, (c) => (PlainServices.serves(plan, c) ? 1 : 0));
    this.capacity = Float64Array.from(components, (c) => c.queue.capacity);
    this.finite = Uint8Array.from(components, (c) => (c.workers < Infinity ? 1 : 0));
  }

  /** Whether a component of a plan is the plain case. */
  static serves(plan: Plan, component: number): boolean {
    const struck = plan.faults.some((fault) => {
      return 'component' in fault && fault.component === component && fault.kind !== 'slow';
    });
    if (struck || comesAndGoes(plan, component) || takesLocks(plan, component)) return false;
    return isSimple(plan) && isPlain(plan.components[component]);
  }

  /** Tells the parts that this one calls. */
  connect(peers: PlainPeers): void {
    this.handlers = peers.handlers;
    this.sending = peers.sending;
    this.services = peers.services;
    this.meetsFull = peers.meetsFull;
  }

  /** An attempt comes to a plain replica. */
  arrive(attempt: number, replica: number): void {
    const { accounts, attempts, replicas } = this;
    const component = replicas.component[replica];
    attempts.times[attempt * TIMES + CAME] = this.kernel.clock[0];
    accounts.count(attempt, component, ARRIVALS);
    if (replicas.freeWorkers[replica] > 0 && replicas.depth[replica] === 0) {
      this.start(attempt, replica, component);
      return;
    }
    const capacity = this.capacity[component];
    if (replicas.depth[replica] >= capacity) {
      this.meetsFull(attempt, replica, component);
      return;
    }
    attempts.setState(attempt, WAITING);
    accounts.fact(FACT_QUEUED, attempt);
    accounts.queued(attempt, component);
    if (this.lines.join(attempt, replica) >= capacity) this.saturation.queueFull(component);
  }

  /** The handler of an attempt at a plain replica has ended. */
  finish(attempt: number, replica: number, outcome: number): void {
    const { accounts, attempts, kernel, replicas } = this;
    const component = replicas.component[replica];
    accounts.fact(FACT_ENDED, attempt);
    if (this.finite[component] === 1) this.bookWork(attempt, component);
    accounts.ended(attempt, component, outcome === OK ? COMPLETED : ERRORS);
    if (attempts.state(attempt) === CALLING) replicas.calling[replica]--;
    attempts.setState(attempt, DONE);
    replicas.freeWorkers[replica]++;
    const deferred = this.sending.answer(attempt, outcome);
    if (replicas.depth[replica] > 0) {
      kernel.suspend();
      this.takeWork(replica, component);
      kernel.resume();
    }
    if (replicas.freeWorkers[replica] > 0 && replicas.depth[replica] === 0) {
      this.saturation.workerFree(component);
    }
    if (deferred) this.sending.answerNow(attempt);
  }

  private takeWork(replica: number, component: number): void {
    const { replicas } = this;
    if (replicas.taking[replica] === 1) return;
    replicas.taking[replica] = 1;
    while (replicas.freeWorkers[replica] > 0 && replicas.head[replica] !== NONE) {
      const attempt = this.lines.takeNext(replica);
      this.accounts.unqueued(attempt, component);
      this.start(attempt, replica, component);
    }
    replicas.taking[replica] = 0;
  }

  private start(attempt: number, replica: number, component: number): void {
    const { accounts, attempts, replicas } = this;
    replicas.freeWorkers[replica]--;
    attempts.times[attempt * TIMES + STARTED] = this.kernel.clock[0];
    accounts.fact(FACT_STARTED, attempt);
    accounts.started(attempt, component);
    if (replicas.freeWorkers[replica] <= 0) this.saturation.workersBusy(component);
    attempts.setState(attempt, WORKING);
    this.handlers.resume(attempt, this.program.siteEntry[attempts.words[attempt * ROW + SITE]]);
  }

  private bookWork(attempt: number, component: number): void {
    const { attempts } = this;
    const epoch = attempts.epoch(attempt);
    const held = this.kernel.clock[0] - attempts.times[attempt * TIMES + STARTED];
    const wanted = this.services.isWanted(attempt);
    this.recorder.work.book(attempts.origin(attempt), component, epoch, held, wanted);
  }
}

/** What a plan may have elsewhere, yet touches every component. */
const isSimple = ofPlan((plan): boolean => {
  if (plan.producers.some(({ arrivals }) => arrivals.kind === 'backlog')) return false;
  if (changesOf(plan).length > 0) return false;
  if (plan.edges.some(({ cancel }) => cancel)) return false;
  return plan.components.every(({ queue }) => {
    return queue.whenFull !== 'block' && queue.whenFull !== 'caller_runs';
  });
});

function isPlain(component: ComponentPlan): boolean {
  const { admission, consumes, deadlineCheck, degrade, health, io, memory, queue, reject } =
    component;
  const { coalesce, discipline, maxAge, shed, whenFull } = queue;
  return (
    admission.length === 0 &&
    io === 'blocking' &&
    discipline === 'fifo' &&
    maxAge === null &&
    whenFull === 'reject' &&
    coalesce === null &&
    shed === null &&
    degrade === null &&
    // One that is out of rotation may still work.
    health === null &&
    memory === null &&
    consumes === null &&
    (reject === null || reject.costNs === 0) &&
    !deadlineCheck
  );
}
