import type { Window } from '../../measure/measured.js';
import type { Plan } from '../../model/plan.js';
import type { Scenario } from '../../scenario/index.js';
import { inOrder } from '../in-order.js';
import type { Outcome } from '../outcome.js';
import type { Pace } from '../progress.js';
import type { Runner } from '../runner.js';
import type { Shape } from '../shapes/shape.js';
import { planOf, type Task, taskText } from '../task.js';
import { type Seen, seenOf } from './seen.js';

/** The study was asked to stop, or a run was. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}

/** A run to be made: a bent plan at a seed, and where to look at it. */
export interface Probe {
  shape: Shape;
  seed: string;
  windows: Window[];
}

/** A probe on its way. */
interface Asked {
  task: Task;
  key: string;
  durationNs: number;
}

/**
 * Runs what the study asks for next, several at a time, and remembers what was seen. Policies that
 * come to the same plan, and loads that are asked for twice, are run once.
 */
export class Prober {
  /** Runs made, and their simulated time. */
  runs = 0;
  simulatedNs = 0;
  readonly #known = new Map<string, Seen>();
  /** Simulated time that was announced and has not been used. */
  #aheadNs = 0;

  constructor(
    private readonly scenario: Scenario,
    private readonly runner: Runner,
    private readonly pace: Pace,
  ) {}

  /** Announces about so much simulated time; what is left of it is taken back by the next word. */
  foresee(durationNs: number): void {
    this.pace.expect(durationNs - this.#aheadNs);
    this.#aheadNs = durationNs;
  }

  /** What each probe comes to, in their order. Throws `Interrupted` where it was told to stop. */
  async ask(policy: string, probes: readonly Probe[]): Promise<Seen[]> {
    const asked = probes.map((probe) => this.#asked(policy, probe));
    const wanted = new Map<string, Asked>();
    for (const one of asked) if (!this.#known.has(one.key)) wanted.set(one.key, one);
    await inOrder<Asked, Outcome>({
      items: wanted.values(),
      width: this.runner.width,
      run: (one) => this.#run(one),
      fold: (one, outcome) => this.#take(one, outcome!),
      stopped: () => this.pace.stopped,
    });
    if (this.pace.stopped) throw new Interrupted();
    return asked.map(({ key }) => this.#known.get(key)!);
  }

  #asked(policy: string, { shape, seed, windows }: Probe): Asked {
    const task: Task = {
      policy,
      seed,
      cell: null,
      shape,
      detail: 'figures',
      stepSeconds: null,
      windows,
    };
    const plan = planOf(this.scenario, task);
    return { task, durationNs: plan.durationNs, key: keyOf(plan, windows) };
  }

  #run({ task, durationNs }: Asked): Promise<Outcome> {
    const ahead = Math.min(durationNs, this.#aheadNs);
    this.#aheadNs -= ahead;
    this.pace.expect(durationNs - ahead);
    const { tick, finish } = this.pace.begin(taskText(task), durationNs);
    return this.runner.run(this.scenario, task, tick).finally(finish);
  }

  #take({ key, task, durationNs }: Asked, outcome: Outcome): void {
    if (outcome.measured.stopped?.why === 'interrupted') return;
    this.runs++;
    this.simulatedNs += durationNs;
    this.#known.set(key, seenOf(outcome, task.windows));
  }
}

/** The whole plan as text; JSON has no Infinity of its own. */
function keyOf(plan: Plan, windows: readonly Window[]): string {
  return JSON.stringify([plan, windows], (_, value) => (value === Infinity ? '∞' : value));
}
