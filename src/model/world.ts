import { type Actor, Kernel } from '../kernel/kernel.js';
import { Epochs } from '../measure/epochs.js';
import { Figures, ledgerOf, type Span } from '../measure/figures.js';
import { type Measured, type Window, windowKey } from '../measure/measured.js';
import { Recorder } from '../measure/recorder.js';
import { Saturation } from '../measure/saturation.js';
import { SecondBook } from '../measure/second-book.js';
import { Seconds } from '../measure/seconds.js';
import { SeriesRecorder } from '../measure/series.js';
import { Watch } from '../measure/watch.js';
import { Accounts } from './accounts.js';
import { Alarms } from './alarms.js';
import { Attempts } from './attempts.js';
import { type Remains, reckon } from './audit.js';
import { Breakers } from './breakers.js';
import { Brokers } from './brokers/brokers.js';
import { Messages } from './brokers/messages.js';
import { withBrokers } from './brokers/with-brokers.js';
import { Caches } from './caches.js';
import { Calls } from './calls.js';
import { anyEverIs } from './changes.js';
import { checkerOf, withChecks } from './checked-plan.js';
import { Clients } from './clients.js';
import { comesAndGoes } from './coming-and-going.js';
import { Commits, commitNames } from './commits.js';
import { Deadlocks } from './deadlock.js';
import { DeadlockWords } from './deadlock-words.js';
import { compileEdges, type Edge } from './edges.js';
import { Ejections } from './ejections.js';
import { EndlessGuard } from './endless.js';
import { Faults, holds } from './faults.js';
import { Fleet } from './fleet.js';
import { Gates } from './gates.js';
import { GuardedCalls } from './guarded-calls.js';
import { GuardedRows } from './guarded-rows.js';
import { Handlers } from './handlers.js';
import { Health } from './health.js';
import { Labels } from './labels.js';
import { Operator } from './operator.js';
import { Outages } from './outages.js';
import { ANSWER, ARRIVE, DELIVER, GIVE_UP, OUTCOMES, RETRY, WORKED } from './outcomes.js';
import { isByOperator, type Plan } from './plan.js';
import { keptByAttempts, remembersWaits, routeSubjects, subjectsOf } from './plan-needs.js';
import { Producers } from './producers.js';
import { Program } from './program.js';
import { retriesLeft } from './purses.js';
import { Refitting } from './refitting.js';
import { Restarts } from './restarts.js';
import { ringsOf } from './rings.js';
import { actSeldom } from './seldom.js';
import { Sending } from './sending.js';
import { Services } from './services.js';
import { Standing } from './standing.js';
import { tooMuchMemory } from './too-much-memory.js';
import { Waits } from './waits.js';
import { WaysOut } from './ways-out.js';
import { SeenAttempts, SeenFingerprint, SeenMessages } from './witness.js';
import type { WorldOptions } from './world-options.js';

/**
 * The simulated world of one plan: producers send, edges carry, services work, faults strike, and
 * everything is recorded.
 *
 *     const world = new World(plan, { stepNs: 1e9, windows: [], memoryLimitBytes: 4e9 });
 *     while (!world.advance(200_000)) await breathe();
 *     const measured = world.measured();
 */
export class World implements Actor {
  readonly kernel = new Kernel();
  readonly program: Program;
  readonly attempts: Attempts;
  readonly calls: Calls;
  readonly recorder: Recorder;
  private readonly seconds: Seconds;
  readonly saturation: Saturation;
  private readonly series: SeriesRecorder;
  /** Null where nobody looks at seconds. */
  private readonly secondBook: SecondBook | null;
  readonly services: Services;
  readonly handlers: Handlers;
  readonly sending: Sending;
  /** Null where nothing is committed. */
  readonly commits: Commits | null;
  /** Null where there are none. */
  readonly caches: Caches | null;
  readonly alarms: Alarms;
  readonly rows = new GuardedRows();
  readonly guarded: GuardedCalls;
  private gates!: Gates;
  private clients!: Clients;
  readonly producers: Producers;
  readonly faults: Faults;
  readonly labels: Labels;
  readonly standing: Standing;
  readonly outages: Outages;
  /** Null where no replica goes down by itself. */
  readonly restarts: Restarts | null;
  /** Null where no replicas come and go. */
  readonly fleet: Fleet | null;
  private readonly watch: Watch | null;
  /** Null where none is possible. */
  readonly deadlocks: Deadlocks | null;
  /** Whether there may be more to do about an event than to carry it out. */
  private readonly isWatched: boolean;
  private readonly endless: EndlessGuard;
  private readonly routeSubject: Int32Array;
  private readonly endNs: number;
  private over = false;
  private stopped: Measured['stopped'] = null;

  /** The plan as it was given, with what brokers and health checks need. */
  private readonly plan: Plan;
  readonly health: Health | null;
  /** Null where there are no queues. */
  readonly brokers: Brokers | null;

  constructor(
    private readonly given: Plan,
    private readonly options: WorldOptions,
  ) {
    const { kernel } = this;
    const plan = withChecks(withBrokers(given));
    this.plan = plan;
    this.endNs = plan.durationNs;
    this.program = new Program(plan);
    this.routeSubject = routeSubjects(plan, given.components.length);
    const seenBy = options.witness ?? null;
    const keeps = keptByAttempts(plan, seenBy !== null || options.requests != null);
    this.attempts = seenBy === null ? new Attempts(keeps) : new SeenAttempts(keeps, seenBy);
    this.labels = new Labels(plan, this.attempts);
    this.calls = new Calls(remembersWaits(plan));
    this.alarms = new Alarms(kernel);
    const epochs = new Epochs(plan.warmupNs, options.windows, plan.durationNs);
    const bySecond = options.observer != null;
    const facts = seenBy === null ? undefined : new SeenFingerprint(kernel.clock, seenBy);
    this.recorder = new Recorder(subjectsOf(given, plan), epochs, kernel.clock, bySecond, facts);
    this.commits =
      commitNames(plan).length > 0 ? new Commits(plan, this.attempts, this.recorder) : null;
    this.attempts.watcher = this.commits;
    const hasFaults = plan.faults.length > 0;
    this.seconds = new Seconds(given.producers.length, OUTCOMES.length, plan.durationNs, hasFaults);
    const hasTrouble = plan.faults.some((fault) => !isByOperator(fault));
    this.saturation = new Saturation(this.recorder, hasTrouble, kernel.clock);
    this.services = this.makeServices();
    this.caches = this.makeCaches();
    this.handlers = this.makeHandlers();
    this.standing = Standing.of(plan, this.services.replicas, this.recorder);
    this.outages = this.makeOutages();
    this.restarts = this.makeRestarts();
    const edges = compileEdges(plan, kernel, this.services.replicas);
    const inQueues = (): number => this.brokers?.messages.inUse ?? 0;
    this.endless = new EndlessGuard(plan, kernel, () => this.producers.inSystem + inQueues());
    this.sending = this.makeSending(edges);
    this.guarded = this.makeGuarded(edges);
    this.producers = new Producers(
      given,
      kernel,
      this.program,
      this.calls,
      this.recorder,
      this.seconds,
      this.sending,
    );
    this.fleet = this.makeFleet();
    this.faults = this.makeFaults(edges);
    this.brokers = this.makeBrokers(edges);
    this.watch = this.makeWatch();
    this.health = Health.of(plan, checkerOf(plan), this);
    this.connect();
    this.deadlocks = this.makeDeadlocks(edges);
    this.series = this.makeSeries(edges);
    this.secondBook = options.observer == null ? null : this.makeSecondBook();
    // Deadlocks are looked for at every delivery, so each has to be an event of its own.
    if (this.deadlocks !== null) kernel.suspend();
    this.isWatched = this.deadlocks !== null || this.fleet !== null;
    this.producers.observer = options.requests ?? null;
    seenBy?.begins(this);
    this.brokers?.begin();
    this.fleet?.begin();
    this.faults.begin();
    this.producers.beginAll();
  }

  /** Tells the parts of each other. */
  private connect(): void {
    this.services.connect(this);
    this.outages.connect(this);
    this.restarts?.connect(this);
    this.handlers.connect(this);
    this.caches?.connect(this);
    this.sending.connect(this.health?.beside(this) ?? this, this.guarded);
    this.guarded.connect(this);
    this.brokers?.connect(this);
  }

  private makeFleet(): Fleet | null {
    const { attempts, caches, clients, kernel, plan, recorder, restarts } = this;
    const { saturation, services, standing } = this;
    const of = { attempts, caches, clients, kernel, recorder, restarts };
    return Fleet.of(plan, { ...of, saturation, services, standing });
  }

  private makeSending(edges: Edge[]): Sending {
    const { attempts, calls, endless, kernel, labels, program, recorder } = this;
    return new Sending(kernel, program, attempts, calls, edges, recorder, endless, labels);
  }

  private makeServices(): Services {
    const { attempts, calls, kernel, labels, plan, program, recorder, saturation } = this;
    const accounts = new Accounts(program, attempts, recorder, this.routeSubject);
    return new Services(
      plan,
      kernel,
      program,
      attempts,
      calls,
      accounts,
      recorder,
      saturation,
      labels,
    );
  }

  private makeCaches(): Caches | null {
    const { attempts, kernel, plan, program, recorder, services } = this;
    if (program.caches.length === 0) return null;
    return new Caches(plan, kernel, program, attempts, services.replicas, recorder);
  }

  private makeHandlers(): Handlers {
    return new Handlers(
      this.kernel,
      this.program,
      this.attempts,
      (attempt) => this.services.checksDeadline(attempt),
      anyEverIs(this.plan, ({ deadlineCheck }) => deadlineCheck),
      this.plan.seed,
    );
  }

  private makeSeries(edges: readonly Edge[]): SeriesRecorder {
    const { kernel, options, plan, recorder, seconds, services } = this;
    return new SeriesRecorder(
      recorder,
      seconds,
      {
        oldestNs: (component) => services.lines.oldestNs(component, kernel.now),
        isLimited: (component) => services.rules?.isLimited(component) ?? false,
        comesAndGoes: (component) => comesAndGoes(plan, component),
        limitArea: (component) => services.rules?.limitArea(component) ?? NaN,
        isBudgeted: (edge) => edges[edge].purses.length > 0,
        retriesLeft: (edge) => retriesLeft(edges[edge], kernel.now),
      },
      options.stepNs,
      kernel.clock,
      plan.durationNs,
    );
  }

  private makeSecondBook(): SecondBook {
    const { kernel, plan, recorder, saturation, services } = this;
    const source = {
      oldestNs: (component: number) => services.lines.oldestNs(component, kernel.now),
      longestQueue: (component: number) => services.replicas.longestQueue(component),
      capacity: (component: number) => services.admission.capacityOf(component),
      queueCapacity: (queue: number) => plan.queues[queue].capacity,
    };
    return new SecondBook(recorder, saturation, source, kernel.clock);
  }

  private makeGuarded(edges: readonly Edge[]): GuardedCalls {
    const { alarms, attempts, calls, commits, endless, kernel, program, recorder, rows } = this;
    const { retrying, routing, wires } = this.sending;
    const senderOf = (attempt: number): number => this.services.senderOf(attempt);
    const { clock } = kernel;
    const { labels, saturation } = this;
    this.gates = new Gates(
      edges,
      clock,
      alarms,
      attempts,
      rows,
      recorder,
      saturation,
      senderOf,
      labels,
      Float64Array.from(this.plan.producers, ({ sizeBytes }) => sizeBytes),
    );
    const breakers = new Breakers(edges, clock, alarms, recorder, saturation);
    const ejections = new Ejections(edges, this.plan.seed, clock, alarms, attempts, recorder);
    const counted = (edge: number, count: number) => recorder.breakers.setClients(edge, count);
    const known = { breakers, ejections, counted, gates: this.gates };
    this.clients = new Clients(this.plan, program, attempts, calls, edges, known);
    const own = { kernel, program, attempts, calls, rows, edges, recorder, endless, alarms };
    const gates = { gates: this.gates, breakers, ejections };
    return new GuardedCalls({ ...own, ...gates, wires, routing, retrying, commits });
  }

  private makeBrokers(edges: readonly Edge[]): Brokers | null {
    const { attempts, calls, commits, kernel, labels, plan, program, recorder, rows } = this;
    if (plan.queues.length === 0) return null;
    const { doors, replicas } = this.services;
    const own = { attempts, calls, commits, kernel, labels, plan, program, recorder, rows, edges };
    const { wires } = this.sending;
    const { witness } = this.options;
    const messages = witness == null ? new Messages() : new SeenMessages(witness);
    return new Brokers({ ...own, endless: this.endless, doors, messages, replicas, wires });
  }

  private makeOutages(): Outages {
    const { attempts, kernel, recorder, saturation, services } = this;
    return new Outages(kernel, attempts, services.replicas, this.standing, recorder, saturation);
  }

  private makeRestarts(): Restarts | null {
    const { attempts, kernel, plan, saturation, services } = this;
    const { memory, replicas } = services;
    if (memory !== null) saturation.watchMemory((component) => memory.gcNow(component));
    else if (plan.components.every(({ health }) => health?.then !== 'restart')) return null;
    return new Restarts(plan, kernel, attempts, replicas, memory, saturation);
  }

  private makeDeadlocks(edges: readonly Edge[]): Deadlocks | null {
    const { attempts, brokers, calls, faults, gates, kernel, program } = this;
    const { rows, sending, services } = this;
    const plan = { ...this.plan, producers: this.given.producers };
    const { admission, coalescing, leave, locks, replicas, shedding } = services;
    const rings = ringsOf(plan);
    if (rings === null) return null;
    const clients = edges.reduce((sum, edge) => sum + edge.clients, 0);
    const waits = new Waits(attempts, calls, rows, replicas.calling, clients);
    attempts.waits = waits;
    calls.waits = waits;
    const model = { plan, program, attempts, calls, rows, edges, replicas, gates, locks };
    const places = { admission, brokers, coalescing, leave, shedding, sending };
    const reliefs = [faults, this.health, this.fleet].filter((one) => one !== null);
    const waysOut = new WaysOut({ ...model, ...places, reliefs }, waits);
    const words = new DeadlockWords(plan, attempts, replicas, gates, locks);
    const { clock } = kernel;
    return new Deadlocks({ ...model, brokers, clock, rings, waits, waysOut, words });
  }

  /** What replicas make of their work themselves: one that is new, or fills its memory, is slower. */
  private makeSlowdown(): ((replica: number) => number) | null {
    const slows = this.plan.components.some(
      ({ autoscale, memory }) => autoscale?.cold ?? memory?.gc,
    );
    if (!slows) return null;
    const { fleet, services } = this;
    return (replica) =>
      (fleet?.coldFactor(replica) ?? 1) * (services.memory?.slowdownAt(replica) ?? 1);
  }

  private makeFaults(edges: Edge[]): Faults {
    const { attempts, guarded, kernel, outages, plan, producers, program, recorder, services } =
      this;
    const { replicas } = services;
    const refitting = new Refitting(kernel, program, services, guarded);
    const world = { plan, kernel, program, replicas, edges, recorder, producers };
    const operator = new Operator({ ...world, refitting, fleet: this.fleet });
    const faults = new Faults(plan, kernel, program, attempts, replicas, edges, recorder, {
      pause: (component, count, on) => outages.pause(component, count, on),
      crash: (component, count, on) => outages.crash(component, count, on),
      limit: (component, replica, workers) => outages.limit(component, replica, workers),
      surge: (producer, factor, watched) => this.producers.surge(producer, factor, watched),
      errorRatios: (route) => services.errors.ratios[route],
      set: (changes) => operator.set(changes),
      workersOf: (component) => operator.workersOf(component),
      begins: () => {
        this.saturation.faultBegins();
        recorder.locks.faultBegins();
        recorder.queueMarks.faultBegins();
      },
      flush: (component, count, on, lasting) => {
        this.caches?.flush(component, count, on, lasting);
      },
      slowdown: this.makeSlowdown(),
    });
    services.errors.connect((route, own) => faults.errorRatio(route, own));
    return faults;
  }

  /** Watches what faults wait for; null where none does. */
  private makeWatch(): Watch | null {
    const { brokers, faults, services } = this;
    const watched = [faults, services.rules, brokers].flatMap((one) => one?.watched ?? []);
    if (watched.length === 0) return null;
    const oldestNs = (c: number) => services.lines.oldestNs(c, this.kernel.now);
    return new Watch(this.recorder, watched, oldestNs, this.kernel.clock);
  }

  get nowNs(): number {
    return this.kernel.now;
  }

  /** Facts so far. */
  get events(): number {
    return this.recorder.fingerprint.events;
  }

  /** Lets about `budget` events happen; true when the run is over. */
  advance(budget: number): boolean {
    let left = budget;
    while (!this.over) {
      const border = this.nextBorder();
      left = this.kernel.run(border, this, left);
      if (this.endless.reason !== null) this.stop('endless', this.endless.reason);
      if (left <= 0) break;
      this.atBorder(border);
    }
    this.guardMemory();
    return this.over;
  }

  /** Ends the run here; what was measured so far is kept. */
  stop(why: 'interrupted' | 'memory' | 'endless', text = 'interrupted'): void {
    if (this.over) return;
    this.over = true;
    this.stopped = { why, atNs: this.kernel.now, text };
  }

  act(kind: number, row: number): void {
    switch (kind) {
      case ARRIVE:
        this.producers.arrive(row);
        break;
      case DELIVER:
        if (this.isWatched) this.attempts.waits?.suspectCallerOf(row);
        this.services.arrive(row);
        break;
      case WORKED:
        this.services.workbench.cameToEnd(row);
        break;
      case ANSWER:
        this.sending.answered(row);
        break;
      case GIVE_UP:
        this.sending.giveUp(row);
        break;
      case RETRY:
        this.sending.retry(row);
        break;
      default:
        // Apart, so that this stays small enough to be inlined.
        actSeldom(this, kind, row);
    }
    if (this.isWatched) this.acted();
  }

  /** An event is over in a plan where somebody may leave, or wait for what never comes. */
  private acted(): void {
    if (this.fleet?.isLeaving) this.fleet.settle();
    if (this.deadlocks?.look()) this.deadlocked(this.deadlocks);
  }

  /** All that the run yielded; only once, when it is over. Throws where the books do not balance. */
  measured(): Measured {
    const { given: plan, recorder } = this;
    const endNs = this.kernel.now;
    this.series.endStep();
    this.services.rules?.reckon();
    this.services.locks?.reckon();
    const remains = reckon(
      {
        attempts: this.attempts,
        calls: this.calls,
        recorder,
        program: this.program,
        replicas: this.services.replicas,
        preemption: this.services.preemption,
        memory: this.services.memory,
        brokers: this.brokers,
        routeSubject: this.routeSubject,
        stillStands: (attempt) => this.gates.stillStands(attempt, endNs),
        isWanted: (attempt) => this.services.isWanted(attempt),
        workedNs: (attempt) => this.services.workedNs(attempt),
        hasFiniteWorkers: (component) => {
          return (
            component < plan.components.length && plan.components[component].workers < Infinity
          );
        },
      },
      endNs,
    );
    const main = this.figures({ fromNs: plan.warmupNs, toNs: plan.durationNs }, endNs, remains);
    const windows: Measured['windows'] = {};
    for (const window of this.options.windows) {
      windows[windowKey(window)] = this.figures(window, endNs, remains).metrics;
    }
    return {
      producers: plan.producers.map((p) => p.name),
      components: plan.components.map(({ name, kind }) => ({ name, kind })),
      edges: plan.edges.map((edge) => edge.name),
      endNs,
      warmupNs: plan.warmupNs,
      events: recorder.fingerprint.events,
      fingerprint: recorder.fingerprint.toString(),
      ledger: ledgerOf(recorder, remains.unfinished),
      metrics: main.metrics,
      notes: main.notes,
      windows,
      series: this.series.result(),
      latencyMap: this.series.latencyMap(),
      seconds: this.seconds.recorded(),
      marks: [...this.saturation.marks(recorder.locks.marks()), ...recorder.queueMarks.marks()],
      breakerOpenings: recorder.breakers.openingsByEdge(recorder.subjects.edges, endNs),
      faults: this.faults.spans.map(({ fault, fromNs, toNs }) => ({
        fault,
        fromNs,
        toNs: Math.min(toNs, endNs),
        isOn: toNs > endNs,
        text: plan.faults[fault].text,
      })),
      scalings: this.fleet?.scalings ?? [],
      deadlock: this.deadlocks?.found ?? null,
      crashLoop: this.restarts?.loop ?? null,
      stopped: this.stopped,
    };
  }

  /** A deadlock was found: the run is over, unless somebody can still be served. */
  private deadlocked({ everyPathMeetsIt }: Deadlocks): void {
    if (!everyPathMeetsIt || this.options.goesOnDeadlocked) return;
    this.over = true;
    this.kernel.halt();
  }

  private nextBorder(): number {
    const { now } = this.kernel;
    let border = Math.min(this.endNs, (Math.floor(now / 1e9) + 1) * 1e9);
    const next = this.recorder.epochs.fromNs[this.recorder.epoch + 1];
    if (next !== undefined && next < border) border = next;
    return border;
  }

  /** The clock stands at a border of a second, a step or an epoch, everything before it has happened. */
  private atBorder(now: number): void {
    if (now % 1e9 === 0 || now === this.endNs) {
      let waiting = 0;
      const { blocked, locks, queues, services } = this.recorder;
      const returning = this.services.leave.returners.waiting;
      for (let c = 0; c < this.given.components.length; c++) {
        waiting += services.waiting(c) + returning[c];
      }
      for (const { level } of [blocked, queues.held, locks.waiting]) {
        for (const one of level) waiting += one;
      }
      this.seconds.endSecond(waiting);
      this.saturation.second();
      this.recorder.queueMarks.second();
      if (this.services.locks !== null) this.recorder.locks.second(this.services.locks);
      if (this.watch !== null && now < this.endNs) {
        const figures = this.watch.endSecond();
        this.faults.second(figures.splice(0, this.faults.watched.length));
        const { rules } = this.services;
        rules?.second(figures.splice(0, rules.watched.length), holds);
        this.brokers?.second(figures, holds);
      }
    }
    const record = now % 1e9 === 0 ? (this.secondBook?.endSecond() ?? null) : null;
    if (now % this.options.stepNs === 0) this.series.endStep();
    if (record !== null) this.options.observer?.second(record);
    if (this.recorder.epochs.fromNs[this.recorder.epoch + 1] === now) {
      this.recorder.beginEpoch(this.recorder.epoch + 1);
    }
    if (now >= this.endNs) this.over = true;
  }

  private guardMemory(): void {
    const told = tooMuchMemory(this, this.options.memoryLimitBytes);
    if (told !== null) this.stop('memory', told);
  }

  private figures(window: Window, endNs: number, remains: Remains): Figures {
    const { first, last } = this.recorder.epochs.spanOf(window);
    const ns = Math.max(0, Math.min(window.toNs, endNs) - window.fromNs);
    const E = this.recorder.epochs.count;
    const span: Span = { first, last, ns };
    return new Figures(this.recorder, span, {
      ages: remains.ages,
      count: (producer, from, to) => {
        let sum = 0;
        for (let e = from; e < to; e++) sum += remains.unfinished[producer * E + e];
        return sum;
      },
    });
  }
}
