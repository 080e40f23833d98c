import { deriveHi, deriveLo, hashText, openStream, unit53 } from '../kernel/draws.js';
import type { Kernel } from '../kernel/kernel.js';
import type { FailedCheck } from '../measure/measured.js';
import type { Recorder } from '../measure/recorder.js';
import type { Saturation } from '../measure/saturation.js';
import { FELL, HealthCheck, ROSE } from '../policies/health-check.js';
import type { Calls } from './calls.js';
import {
  FACT_EJECTED_BY_CHECK,
  FACT_TAKEN_BACK_BY_CHECK,
  HEALTH,
  OK,
  REJECTED,
} from './outcomes.js';
import type { HealthPlan, Plan } from './plan.js';
import type { Replicas } from './replicas.js';
import type { SendingPeers } from './sending.js';
import { ABSENT, DOWN, EJECTED, LEAVING, type Standing } from './standing.js';
import { END_OF_ALL, NOTHING } from './ways-out.js';

/** What an event is, beside its replica: a check is due, was not answered; it is killed; it is up. */
const DUE = 0;
const UNANSWERED = 1;
const KILLED = 2;
const UP = 3;
const WHATS = 4;

/** What health checks need of the rest of the model. */
export interface HealthPeers {
  kernel: Kernel;
  program: { readonly producerSite: Int32Array };
  calls: Calls;
  services: { readonly replicas: Replicas };
  standing: Standing;
  recorder: Recorder;
  saturation: Saturation;
  outages: {
    goDown(replica: number): void;
    comeBack(replica: number): void;
  };
  /** Null where nobody goes down by itself. */
  restarts: { crashes(replica: number): void } | null;
  sending: { send(call: number): void };
}

interface Checked {
  plan: HealthPlan;
  component: number;
  first: number;
  check: HealthCheck;
  /** How many replicas are out for failing their checks. */
  out: number;
  /** Checks that passed, and the time they took. */
  passed: number;
  passedNs: number;
  /** Why the last replica that fell did. */
  why: FailedCheck | undefined;
  /** The place of the first replica's checks in the program; -1 where they go around the queue. */
  site: number;
}

/**
 * Checks of replicas, and what comes of them. Each replica is checked every period, first at a moment
 * of its component's stream within the first; what is due while a check is out comes when that has
 * ended. A replica that is not there, or is being restarted, is not checked.
 */
export class Health {
  /** As parents of calls have it: the producer of checks through the queue. */
  private readonly parent: number;
  private readonly kernel: Kernel;
  private readonly replicas: Replicas;
  private readonly standing: Standing;
  /** By component. */
  private readonly checked: (Checked | null)[];
  /** By replica: whether a check is out, one is due after it, and the one that is out counts. */
  private readonly isOut: Uint8Array;
  private readonly isDue: Uint8Array;
  /** When a check around the queue ends unanswered. */
  private readonly untilNs: Float64Array;
  /** Checks through the queue so far; each has a key of its own. */
  private readonly ordinal: Float64Array;
  private readonly keyHi: Int32Array;
  private readonly keyLo: Int32Array;

  private constructor(
    plan: Plan,
    producers: number,
    private readonly peers: HealthPeers,
  ) {
    this.kernel = peers.kernel;
    this.replicas = peers.services.replicas;
    this.standing = peers.standing;
    const { kernel, replicas } = this;
    this.parent = -1 - producers;
    const { count } = replicas;
    this.isOut = new Uint8Array(count);
    this.isDue = new Uint8Array(count);
    this.untilNs = new Float64Array(count).fill(-1);
    this.ordinal = new Float64Array(count);
    this.keyHi = new Int32Array(count);
    this.keyLo = new Int32Array(count);
    let site = peers.program.producerSite[producers] ?? 0;
    this.checked = plan.components.map(({ health, name }, component) => {
      if (health === null) return null;
      const first = replicas.first[component];
      const hosts = replicas.size(component);
      const asks = health.via === 'queue';
      const own = { plan: health, component, first, check: new HealthCheck(health, hosts), out: 0 };
      const none = { passed: 0, passedNs: 0, why: undefined };
      const stream = openStream(plan.seed, name, 'health checks');
      const root = hashText(`${plan.seed}/${name}/health checks`);
      for (let k = 0; k < hosts; k++) {
        this.keyHi[first + k] = deriveHi(root.hi, root.lo, k);
        this.keyLo[first + k] = deriveLo(root.hi, root.lo, k);
        kernel.at(Math.floor(unit53(stream) * health.periodNs), HEALTH, (first + k) * WHATS + DUE);
      }
      const from = asks ? site : -1;
      if (asks) site += hosts;
      return { ...own, ...none, site: from };
    });
  }

  /** The checks of a plan with `producers` producers, but for who checks; null where it has none. */
  static of(plan: Plan, producers: number, peers: HealthPeers): Health | null {
    if (plan.components.every(({ health }) => health === null)) return null;
    const health = new Health(plan, producers, peers);
    peers.standing.watcher = health;
    return health;
  }

  /** Who is told that calls have ended: a check of somebody's health is no producer's request. */
  beside({ handlers, producers, services }: SendingPeers): SendingPeers {
    const ended = (call: number, outcome: number, degraded: boolean): void => {
      if (this.peers.calls.parent(call) === this.parent) this.answered(call, outcome);
      else producers.ended(call, outcome, degraded);
    };
    return { handlers, producers: { ended }, services };
  }

  /** An event of health checks has come. */
  act(row: number): void {
    const replica = Math.floor(row / WHATS);
    const checked = this.of(replica);
    switch (row % WHATS) {
      case DUE: {
        const next = this.kernel.now + checked.plan.periodNs;
        this.kernel.at(next, HEALTH, replica * WHATS + DUE);
        if (this.isOut[replica] === 1) this.isDue[replica] = 1;
        else this.begin(checked, replica);
        break;
      }
      case UNANSWERED:
        if (this.isOut[replica] === 1 && this.untilNs[replica] === this.kernel.now)
          this.ended(replica, false, 'late', checked.plan.timeoutNs);
        break;
      case KILLED:
        this.kernel.at(this.kernel.now + checked.plan.restartNs, HEALTH, replica * WHATS + UP);
        this.peers.restarts?.crashes(replica);
        this.peers.outages.goDown(replica);
        this.wentOut(checked, replica);
        break;
      default:
        this.peers.outages.comeBack(replica);
        this.cameBack(checked);
    }
  }

  /** A check through the queue has ended. */
  private answered(call: number, outcome: number): void {
    const { calls } = this.peers;
    const how = outcome === REJECTED ? 'refused' : 'late';
    const ns = this.kernel.now - calls.begunNs[call];
    this.ended(calls.user(call), outcome === OK, how, ns);
  }

  /** A replica is there, or up, from now on: one that is killed when it fails is another one then. */
  begins(replica: number, wasAbsent: boolean): void {
    const checked = this.checked[this.replicas.component[replica]];
    if (checked === null) return;
    const own = replica - checked.first;
    if (!wasAbsent && checked.plan.then === 'eject') return;
    if (wasAbsent && !checked.check.isHealthy(own) && checked.plan.then === 'eject') checked.out--;
    checked.check.begin(own);
  }

  /** A replica stands still no longer: it answers who asked it meanwhile. */
  goesOn(replica: number): void {
    if (this.isOut[replica] === 0 || this.of(replica).site >= 0) return;
    this.ended(replica, true);
  }

  /** Whether checks may yet restart a replica whose workers are all held; see `Relief`. */
  mayFree(replica: number): number {
    const checked = this.checked[this.replicas.component[replica]];
    if (checked === null || checked.plan.then === 'eject') return NOTHING;
    if (!this.counts(checked, replica)) return NOTHING;
    return checked.site >= 0 || this.replicas.pauses[replica] > 0 ? END_OF_ALL : NOTHING;
  }

  private of(replica: number): Checked {
    return this.checked[this.replicas.component[replica]] as Checked;
  }

  private begin(checked: Checked, replica: number): void {
    const { kernel, replicas, standing } = this;
    if (!this.counts(checked, replica)) return;
    this.isOut[replica] = 1;
    if (checked.site >= 0) {
      this.ask(checked, replica);
    } else if (standing.is(replica, DOWN)) {
      this.ended(replica, false, 'down');
    } else if (replicas.pauses[replica] > 0) {
      this.untilNs[replica] = kernel.now + checked.plan.timeoutNs;
      kernel.at(this.untilNs[replica], HEALTH, replica * WHATS + UNANSWERED);
    } else this.ended(replica, true);
  }

  /** Whether checks of a replica say anything: it is there to stay, and is not being restarted. */
  private counts({ plan }: Checked, replica: number): boolean {
    const { standing } = this;
    if (standing.is(replica, ABSENT) || standing.is(replica, LEAVING)) return false;
    return plan.then === 'eject' || !standing.is(replica, DOWN);
  }

  private ask({ first, site }: Checked, replica: number): void {
    const { calls, recorder } = this.peers;
    const nth = this.ordinal[replica]++;
    const hi = deriveHi(this.keyHi[replica], this.keyLo[replica], nth);
    const lo = deriveLo(this.keyHi[replica], this.keyLo[replica], nth);
    const call = calls.take(hi, lo, this.parent, site + replica - first, recorder.epoch, replica);
    calls.begunNs[call] = this.kernel.clock[0];
    this.peers.sending.send(call);
  }

  /** A check has ended after `ns`; where it failed, `how` says why. */
  private ended(replica: number, passed: boolean, how: FailedCheck['how'] = 'late', ns = 0): void {
    const checked = this.of(replica);
    if (passed) {
      checked.passed++;
      checked.passedNs += ns;
    }
    this.isOut[replica] = 0;
    const isDue = this.isDue[replica] === 1;
    this.isDue[replica] = 0;
    this.peers.recorder.rotations.checked(checked.component, passed);
    // What it held when it went down says nothing of what comes up.
    if (!this.counts(checked, replica)) return;
    const turn = checked.check.ended(replica - checked.first, passed);
    if (turn === FELL) {
      checked.why = this.whyOf(checked, replica, how, ns);
      this.fell(checked, replica);
    } else if (turn === ROSE) this.rose(checked, replica);
    if (isDue && this.isOut[replica] === 0) this.begin(checked, replica);
  }

  private whyOf(
    { component, passed, passedNs }: Checked,
    replica: number,
    how: FailedCheck['how'],
    ns: number,
  ): FailedCheck {
    const { replicas } = this;
    let others = 0;
    let waiting = 0;
    for (let r = replicas.first[component]; r < replicas.first[component + 1]; r++) {
      if (r === replica || !replicas.isIn(r)) continue;
      others++;
      waiting += replicas.waitingAt(r);
    }
    const usual = passedNs > 0 ? { usualNs: passedNs / passed } : {};
    const elsewhere = others > 0 ? { elsewhere: waiting / others } : {};
    return { how, ns, waiting: replicas.waitingAt(replica), ...usual, ...elsewhere };
  }

  private fell(checked: Checked, replica: number): void {
    const { component, first, plan } = checked;
    if (plan.then === 'restart') {
      this.kernel.post(HEALTH, replica * WHATS + KILLED);
      return;
    }
    const { recorder, saturation, standing } = this.peers;
    recorder.fingerprint.fact(FACT_EJECTED_BY_CHECK, component, replica - first);
    recorder.rotations.ejected(component);
    standing.leaves(replica, EJECTED);
    saturation.workersChanged(component);
    this.wentOut(checked, replica);
  }

  private rose(checked: Checked, replica: number): void {
    const { component, first } = checked;
    this.peers.recorder.fingerprint.fact(FACT_TAKEN_BACK_BY_CHECK, component, replica - first);
    this.standing.returns(replica, EJECTED);
    this.peers.saturation.workersChanged(component);
    this.cameBack(checked);
  }

  /** For the cascade: a replica is out, and perhaps too few are left. */
  private wentOut(checked: Checked, replica: number): void {
    const { replicas, standing } = this;
    const { saturation } = this.peers;
    const { component, first, plan } = checked;
    checked.out++;
    const of = standing.present(component);
    const left = standing.healthy(component);
    const how = plan.then === 'restart' ? 'killed' : 'ejected';
    const why = checked.why === undefined ? {} : { why: checked.why };
    saturation.replicaOut(component, { how, replica: replica - first, left, of, ...why });
    const { count } = replicas.rotations[component];
    if (count > left) saturation.fewLeft(component, { how: 'panic', left, of });
    else if (count === 0) saturation.fewLeft(component, { how: 'nobody', left, of });
  }

  private cameBack(checked: Checked): void {
    const { replicas, standing } = this;
    const { saturation } = this.peers;
    const { component } = checked;
    checked.out--;
    const { count } = replicas.rotations[component];
    if (count > 0 && count === standing.healthy(component)) {
      saturation.replicasBack(component, checked.out === 0);
    }
  }
}
