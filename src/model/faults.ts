import type { Kernel } from '../kernel/kernel.js';
import type { Recorder } from '../measure/recorder.js';
import { FACT_FAULT_OFF, FACT_FAULT_ON, FAULT_OFF, FAULT_ON } from './outcomes.js';
import type { FaultPlan, Plan } from './plan.js';
import type { Program } from './program.js';

/** What faults change in the rest of the model. */
export interface FaultPeers {
  pause(component: number, on: boolean): void;
  surge(producer: number, factor: number): void;
  /** The share of a route's requests answered `error` at once. */
  setErrors(route: number, ratio: number): void;
}

/** Faults begin and end. Those that overlap add up: slow factors and surges multiply. */
export class Faults {
  private readonly on: Uint8Array;
  /** Faults by the moment they begin. */
  private readonly inOrder: number[];
  /** By route: what the work that starts now is multiplied by. */
  private readonly factor: Float64Array;
  /** By route: the mean to which work is stretched; NaN for none. The last to begin counts. */
  private readonly toNs: Float64Array;

  constructor(
    private readonly plan: Plan,
    private readonly kernel: Kernel,
    private readonly program: Program,
    private readonly recorder: Recorder,
    private readonly peers: FaultPeers,
  ) {
    this.on = new Uint8Array(plan.faults.length);
    this.inOrder = plan.faults.map((_, f) => f);
    this.inOrder.sort((a, b) => plan.faults[a].atNs - plan.faults[b].atNs || a - b);
    this.factor = new Float64Array(program.routePc.length).fill(1);
    this.toNs = new Float64Array(program.routePc.length).fill(NaN);
  }

  /** Schedules every fault. */
  begin(): void {
    this.plan.faults.forEach((fault, f) => {
      this.kernel.at(fault.atNs, FAULT_ON, f);
      if (fault.forNs < Infinity) this.kernel.at(fault.atNs + fault.forNs, FAULT_OFF, f);
    });
  }

  /** A piece of work of `ns` that starts now on a route, mean `meanNs`, as the faults have it. */
  slowed(route: number, meanNs: number, ns: number): number {
    const to = this.toNs[route];
    const stretched = to === to && meanNs > 0 ? (ns * to) / meanNs : ns;
    return stretched * this.factor[route];
  }

  turn(f: number, on: boolean): void {
    const fault = this.plan.faults[f];
    this.on[f] = on ? 1 : 0;
    const { fingerprint } = this.recorder;
    fingerprint.fact(on ? FACT_FAULT_ON : FACT_FAULT_OFF, f, 0);
    switch (fault.kind) {
      case 'slow':
        for (const route of this.routesOf(fault)) this.setSlow(route);
        break;
      case 'errors':
        for (const route of this.routesOf(fault)) this.setErrors(route);
        break;
      case 'pause':
        this.peers.pause(fault.component, on);
        break;
      case 'surge':
        this.peers.surge(fault.producer, this.surgeFactor(fault.producer));
        break;
    }
  }

  private routesOf(fault: { component: number; route: number | null }): number[] {
    const first = this.program.firstRoute[fault.component];
    const count = this.plan.components[fault.component].routes.length;
    if (fault.route !== null) return [first + fault.route];
    return Array.from({ length: count }, (_, i) => first + i);
  }

  private setSlow(route: number): void {
    this.factor[route] = 1;
    this.toNs[route] = NaN;
    this.active((fault) => {
      if (fault.kind !== 'slow' || !this.routesOf(fault).includes(route)) return;
      if (fault.factor === null) this.toNs[route] = fault.toNs;
      else this.factor[route] *= fault.factor;
    });
  }

  private setErrors(route: number): void {
    let fine = 1;
    this.active((fault) => {
      if (fault.kind === 'errors' && this.routesOf(fault).includes(route)) fine *= 1 - fault.ratio;
    });
    this.peers.setErrors(route, 1 - fine);
  }

  private surgeFactor(producer: number): number {
    let factor = 1;
    this.active((fault) => {
      if (fault.kind === 'surge' && fault.producer === producer) factor *= fault.factor;
    });
    return factor;
  }

  private active(visit: (fault: FaultPlan) => void): void {
    for (const f of this.inOrder) if (this.on[f] === 1) visit(this.plan.faults[f]);
  }
}
