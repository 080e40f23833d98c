import { grown } from '../../kernel/event-queue.js';
import type { Recorder } from '../../measure/recorder.js';
import { type Attempts, DONE, REPLICA, ROW } from '../attempts.js';
import { FACT_RULE } from '../outcomes.js';
import type { AdmissionPlan, FaultCondition, Plan } from '../plan.js';
import type { Replicas } from '../replicas.js';
import { ConcurrencyRule } from './concurrency.js';
import { DagorRule } from './dagor-rule.js';
import type { FairLines } from './fair-lines.js';
import { FairQueuesRule } from './fair-rule.js';
import type { House } from './house.js';
import { RateLimitRule } from './rate-limit.js';
import { DELAYED, LET_IN, type Rule, WENT_AWAY } from './rule.js';
import { CanFinishRule, PriorityShedRule } from './shedding.js';
import { SignalRule } from './signal.js';

/** Marks, beside how many rules have let an attempt in, that all of them have. */
const INSIDE = 16;

/** The rules of a plan, null where no component has any. */
export function rulesOf(
  own: Omit<House, 'inside' | 'changed' | keyof Asked>,
  fair: FairLines | null,
  { fingerprint }: Recorder,
  asked: Asked,
): Rules | null {
  const { attempts, plan, replicas } = own;
  if (plan.components.every(({ admission }) => admission.length === 0)) return null;
  const house: House = {
    ...own,
    ...asked,
    inside: new Int32Array(replicas.count),
    changed: (component, state) => fingerprint.fact(FACT_RULE, component, state),
  };
  return new Rules(plan, attempts, replicas, house, fair);
}

type Asked = Pick<House, 'capacityOf' | 'deadlineNs' | 'workedNs'>;

/**
 * The rules of every component's `admission`, asked in the order of the list before an attempt may
 * have a worker or a place in the queue. What was let in, by all or by those before the one that
 * refused, they hear of once more when it has ended.
 */
export class Rules {
  /** How many have been let in and have not ended, by replica. */
  readonly inside: Int32Array;
  private readonly lists: Rule[][];
  private readonly concurrency: (ConcurrencyRule | null)[];
  private readonly signals: { rule: SignalRule; conditions: FaultCondition[] }[] = [];
  /** By attempt: how many rules have let it in, and INSIDE. */
  private passed = new Uint8Array(16);
  private delay = 0;
  private full = false;

  constructor(
    plan: Plan,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
    house: House,
    fair: FairLines | null,
  ) {
    this.inside = house.inside;
    this.concurrency = plan.components.map(({ admission }, c) => {
      const rule = admission.find(({ kind }) => kind === 'concurrency');
      if (rule?.kind !== 'concurrency') return null;
      const first = replicas.first[c];
      return new ConcurrencyRule(house, rule.limit, rule.shared, c, first, replicas.size(c));
    });
    this.lists = plan.components.map(({ admission }, c) =>
      admission.map((rule) => this.ruleOf(rule, c, house, fair)),
    );
  }

  /** Whether a component has rules. */
  has(component: number): boolean {
    return this.lists[component].length > 0;
  }

  /** An attempt comes to its replica, or goes on after a delay: LET_IN, REFUSED or DELAYED. */
  ask(attempt: number, replica: number): number {
    const rules = this.lists[this.replicas.component[replica]];
    if (attempt >= this.passed.length) this.grow(attempt);
    for (let i = this.passed[attempt]; i < rules.length; i++) {
      const answer = rules[i].ask(attempt, replica);
      if (answer === LET_IN) continue;
      this.passed[attempt] = answer === DELAYED ? i + 1 : i;
      if (answer === DELAYED) this.delay = rules[i].delayNs;
      else {
        this.full = rules[i].isFull;
        this.ended(attempt, WENT_AWAY);
      }
      return answer;
    }
    this.passed[attempt] = rules.length | INSIDE;
    this.inside[replica]++;
    return LET_IN;
  }

  /** After DELAYED: for how long. */
  get delayNs(): number {
    return this.delay;
  }

  /** After REFUSED: whether there was no room for it, rather than no turn. */
  get wasFull(): boolean {
    return this.full;
  }

  /** An attempt has got its worker. */
  started(attempt: number, replica: number, waitedNs: number): void {
    for (const rule of this.lists[this.replicas.component[replica]]) {
      rule.started(attempt, replica, waitedNs);
    }
  }

  /** An attempt has ended; those that had let it in hear how. */
  ended(attempt: number, how: number): void {
    const passed = this.passed[attempt] | 0;
    if (passed === 0) return;
    const replica = this.attempts.words[attempt * ROW + REPLICA];
    const rules = this.lists[this.replicas.component[replica]];
    this.passed[attempt] = 0;
    if (passed >= INSIDE) this.inside[replica]--;
    for (let i = 0; i < (passed & (INSIDE - 1)); i++) rules[i].ended(attempt, replica, how);
  }

  /** A replica went down; all it held has ended. */
  crashed(replica: number): void {
    for (const rule of this.lists[this.replicas.component[replica]]) rule.crashed(replica);
  }

  /** The figures that rules watch. */
  get watched(): string[] {
    return this.signals.flatMap(({ conditions }) => conditions.map(({ metric }) => metric));
  }

  /** A second has ended with these figures, in the order of `watched`. */
  second(figures: readonly number[], holds: (figure: number, of: FaultCondition) => boolean): void {
    let i = 0;
    for (const { rule, conditions } of this.signals) {
      rule.second(conditions.map((condition) => holds(figures[i++], condition)));
    }
  }

  /** The limits of concurrency of a component added up over time, × nanoseconds; NaN if it has none. */
  limitArea(component: number): number {
    return this.concurrency[component]?.areaNow() ?? NaN;
  }

  /** Whether a component has a limit of concurrency. */
  isLimited(component: number): boolean {
    return this.concurrency[component] !== null;
  }

  /** At the end of a run: throws where one that is gone is still counted as let in. */
  reckon(): void {
    const counted = new Int32Array(this.inside.length);
    for (let a = 0; a < this.attempts.used; a++) {
      const passed = this.passed[a] | 0;
      if (passed === 0) continue;
      if (this.attempts.isFree(a) || this.attempts.state(a) === DONE) {
        throw new Error(`attempt ${a} has ended, and its admission was not told`);
      }
      if (passed >= INSIDE) counted[this.attempts.words[a * ROW + REPLICA]]++;
    }
    for (let r = 0; r < counted.length; r++) {
      if (counted[r] === this.inside[r]) continue;
      throw new Error(`replica ${r} has let in ${this.inside[r]}, and ${counted[r]} are there`);
    }
  }

  private ruleOf(
    rule: AdmissionPlan,
    component: number,
    house: House,
    fair: FairLines | null,
  ): Rule {
    const first = this.replicas.first[component];
    const size = this.replicas.size(component);
    switch (rule.kind) {
      case 'rate_limit':
        return new RateLimitRule(house, rule.limit, first, size);
      case 'concurrency':
        return this.concurrency[component] as ConcurrencyRule;
      case 'priority_shed':
        return new PriorityShedRule(house, rule, component, this.concurrency[component]);
      case 'can_finish':
        return new CanFinishRule(house, component, first, size);
      case 'dagor':
        return new DagorRule(house, rule.spec, component, first, size);
      case 'fair_queues':
        return new FairQueuesRule(house, fair as FairLines);
      case 'signal': {
        const made = new SignalRule(house, rule, component);
        this.signals.push({ rule: made, conditions: rule.when });
        return made;
      }
    }
  }

  private grow(attempt: number): void {
    this.passed = grown(this.passed, new Uint8Array(Math.ceil((attempt + 1) * 1.5)));
  }
}
