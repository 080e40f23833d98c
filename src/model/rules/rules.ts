import { grown } from '../../kernel/event-queue.js';
import type { Recorder } from '../../measure/recorder.js';
import { type Attempts, DONE, REPLICA, ROW } from '../attempts.js';
import { anyEverIs, componentVariants, everIs, textOf } from '../changes.js';
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

/** The rules of a component for a time, in order, also by what they say; `number` is its own. */
interface RuleList {
  readonly number: number;
  readonly rules: Rule[];
  readonly byText: Map<string, Rule>;
  concurrency: ConcurrencyRule | null;
}

interface Signal {
  component: number;
  text: string;
  conditions: FaultCondition[];
}

/** The rules of a plan, null where no component has any. */
export function rulesOf(
  own: Omit<House, 'inside' | 'changed' | keyof Asked>,
  fair: FairLines | null,
  { fingerprint }: Recorder,
  asked: Asked,
): Rules | null {
  const { attempts, plan, replicas } = own;
  if (!anyEverIs(plan, ({ admission }) => admission.length > 0)) return null;
  const house: House = {
    ...own,
    ...asked,
    inside: new Int32Array(replicas.count),
    changed: (component, state) => fingerprint.fact(FACT_RULE, component, state),
  };
  return new Rules(plan, attempts, replicas, house, fair);
}

type Asked = Pick<House, 'capacityOf' | 'disciplineOf' | 'deadlineNs' | 'workedNs'>;

/**
 * The rules of every component's `admission`, asked in the order of the list before an attempt may
 * have a worker or a place in the queue. What was let in, by all or by those before the one that
 * refused, they hear of once more when it has ended.
 */
export class Rules {
  /** How many have been let in and have not ended, by replica. */
  readonly inside: Int32Array;
  private readonly lists: RuleList[];
  private readonly mayHave: Uint8Array;
  /** Every list that there was, and by attempt the number of the one that it was asked by. */
  private readonly all: RuleList[] = [];
  private askedBy = new Int32Array(16);
  /** By component: areas of limits that were taken away. */
  private readonly pastAreas: Float64Array;
  /** Every signal that there may be, of which no two are the same, and whether it stands. */
  private readonly signals: Signal[] = [];
  /** By attempt: how many rules have let it in, and INSIDE. */
  private passed = new Uint8Array(16);
  private delay = 0;
  private full = false;

  constructor(
    private readonly plan: Plan,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
    private readonly house: House,
    private readonly fair: FairLines | null,
  ) {
    this.inside = house.inside;
    this.pastAreas = new Float64Array(plan.components.length);
    this.mayHave = Uint8Array.from(plan.components, (_, c) =>
      everIs(plan, c, ({ admission }) => admission.length > 0) ? 1 : 0,
    );
    for (let c = 0; c < plan.components.length; c++) this.noteSignals(c);
    this.lists = plan.components.map(({ admission }, c) => this.listOf(admission, c, null));
  }

  /** Whether a component has rules, ever: who is in is counted from the beginning. */
  has(component: number): boolean {
    return this.mayHave[component] === 1;
  }

  /**
   * What a component asks whoever comes from now on. A rule that stays as it was keeps what it knows;
   * who has been asked by others is told to those.
   */
  setList(component: number, admission: readonly AdmissionPlan[]): void {
    const before = this.lists[component];
    const now = this.listOf(admission, component, before);
    this.lists[component] = now;
    if (before.concurrency !== null && before.concurrency !== now.concurrency) {
      this.pastAreas[component] += before.concurrency.areaNow();
    }
    this.house.changed(component, now.number);
  }

  /** An attempt comes to its replica, or goes on after a delay: LET_IN, REFUSED or DELAYED. */
  ask(attempt: number, replica: number): number {
    if (attempt >= this.passed.length) this.grow(attempt);
    // Who was held back goes on in the list that it was in.
    const isNew = this.passed[attempt] === 0;
    const list = isNew
      ? this.lists[this.replicas.component[replica]]
      : this.all[this.askedBy[attempt]];
    const { rules } = list;
    this.askedBy[attempt] = list.number;
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
    const isIn = attempt < this.passed.length && this.passed[attempt] !== 0;
    if (!isIn) return;
    for (const rule of this.all[this.askedBy[attempt]].rules) {
      rule.started(attempt, replica, waitedNs);
    }
  }

  /** An attempt has ended; those that had let it in hear how. */
  ended(attempt: number, how: number): void {
    const passed = this.passed[attempt] | 0;
    if (passed === 0) return;
    const replica = this.attempts.words[attempt * ROW + REPLICA];
    const { rules } = this.all[this.askedBy[attempt]];
    this.passed[attempt] = 0;
    if (passed >= INSIDE) this.inside[replica]--;
    for (let i = 0; i < (passed & (INSIDE - 1)); i++) rules[i].ended(attempt, replica, how);
  }

  /** A replica went down; all it held has ended. */
  crashed(replica: number): void {
    for (const rule of this.lists[this.replicas.component[replica]].rules) rule.crashed(replica);
  }

  /** The figures that rules watch. */
  get watched(): string[] {
    return this.signals.flatMap(({ conditions }) => conditions.map(({ metric }) => metric));
  }

  /** A second has ended with these figures, in the order of `watched`. */
  second(figures: readonly number[], holds: (figure: number, of: FaultCondition) => boolean): void {
    let i = 0;
    for (const { component, text, conditions } of this.signals) {
      const are = conditions.map((condition) => holds(figures[i++], condition));
      this.lists[component].byText.get(text)?.second(are);
    }
  }

  /** The limits of concurrency of a component added up over time, × nanoseconds; NaN if it has none. */
  limitArea(component: number): number {
    const { concurrency } = this.lists[component];
    return concurrency === null ? NaN : this.pastAreas[component] + concurrency.areaNow();
  }

  /** Whether a component has a limit of concurrency. */
  isLimited(component: number): boolean {
    return everIs(this.plan, component, ({ admission }) =>
      admission.some(({ kind }) => kind === 'concurrency'),
    );
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

  private listOf(
    admission: readonly AdmissionPlan[],
    component: number,
    before: RuleList | null,
  ): RuleList {
    const list: RuleList = {
      number: this.all.length,
      rules: [],
      byText: new Map(),
      concurrency: null,
    };
    const limit = admission.find(({ kind }) => kind === 'concurrency');
    if (limit?.kind === 'concurrency') {
      const known = before?.byText.get(textOf(limit));
      list.concurrency =
        known instanceof ConcurrencyRule ? known : this.concurrencyOf(limit, component);
    }
    const limitStays = before !== null && before.concurrency === list.concurrency;
    for (const rule of admission) {
      const text = textOf(rule);
      const goesByLimit = rule.kind === 'priority_shed' && rule.of === 'limit';
      const known = goesByLimit && !limitStays ? undefined : before?.byText.get(text);
      const made = known ?? this.ruleOf(rule, component, list.concurrency);
      list.rules.push(made);
      list.byText.set(text, made);
    }
    this.all.push(list);
    return list;
  }

  private concurrencyOf(
    { limit, shared }: Extract<AdmissionPlan, { kind: 'concurrency' }>,
    component: number,
  ): ConcurrencyRule {
    const first = this.replicas.first[component];
    const size = this.replicas.size(component);
    return new ConcurrencyRule(this.house, limit, shared, component, first, size);
  }

  private ruleOf(
    rule: AdmissionPlan,
    component: number,
    concurrency: ConcurrencyRule | null,
  ): Rule {
    const { house } = this;
    const first = this.replicas.first[component];
    const size = this.replicas.size(component);
    switch (rule.kind) {
      case 'rate_limit':
        return new RateLimitRule(house, rule.limit, first, size);
      case 'concurrency':
        return concurrency as ConcurrencyRule;
      case 'priority_shed':
        return new PriorityShedRule(house, rule, component, concurrency);
      case 'can_finish':
        return new CanFinishRule(house, component, first, size);
      case 'dagor':
        return new DagorRule(house, rule.spec, component, first, size);
      case 'fair_queues':
        return new FairQueuesRule(house, this.fair as FairLines);
      case 'signal':
        return new SignalRule(house, rule, component);
    }
  }

  private noteSignals(component: number): void {
    for (const { admission } of componentVariants(this.plan)[component]) {
      for (const rule of admission) {
        const text = textOf(rule);
        const isKnown = this.signals.some((one) => {
          return one.component === component && one.text === text;
        });
        if (rule.kind !== 'signal' || isKnown) continue;
        this.signals.push({ component, text, conditions: rule.when });
      }
    }
  }

  private grow(attempt: number): void {
    const rows = Math.ceil((attempt + 1) * 1.5);
    this.passed = grown(this.passed, new Uint8Array(rows));
    this.askedBy = grown(this.askedBy, new Int32Array(rows));
  }
}
