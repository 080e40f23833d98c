import type { Scenario } from '../index.js';
import type { Outcome } from '../outcome.js';
import type { Tick } from '../progress.js';
import type { Runner } from '../runner.js';
import { type Task, taskText } from '../task.js';
import { type Address, addressOf } from './key.js';
import type { Store } from './store.js';

/** How a study used its store. */
export interface StoreUse {
  /** Tasks that needed no run. */
  hits: number;
  /** Tasks that were run to their end. */
  runs: number;
  /** Whether the study was told to stop, so that there may be more to do. */
  interrupted: boolean;
}

export interface StoredRunner extends Runner {
  readonly use: Readonly<StoreUse>;
}

/**
 * Runs a task elsewhere only if its outcome is not in the store, and keeps it there as soon as it
 * is known. Outcomes that say nothing of the run itself are not kept: of runs that were interrupted,
 * or stopped for want of this machine's memory. A task that is asked for while the same is under way
 * waits for it, so the number of runs does not depend on how many go on at once.
 */
export function stored(inner: Runner, store: Store): StoredRunner {
  const use: StoreUse = { hits: 0, runs: 0, interrupted: false };
  const underWay = new Map<string, Promise<Found>>();

  async function find(address: Address, { scenario, task, tick }: Asking): Promise<Found> {
    const known = await store.get(address);
    if (known !== null) return { text: known, made: null };
    const made = await inner.run(scenario, task, tick);
    if (!isKept(made)) return { text: null, made };
    const text = JSON.stringify(made);
    const { policy } = task;
    await store.put(address, { title: scenario.title, policy, label: taskText(task) }, text);
    return { text, made };
  }

  async function run(scenario: Scenario, task: Task, asks: Tick): Promise<Outcome> {
    const tick: Tick = async (nowNs) => {
      const goesOn = await asks(nowNs);
      if (!goesOn) use.interrupted = true;
      return goesOn;
    };
    const address = addressOf(store.engine, scenario, task);
    const { key } = address;
    for (let twin = underWay.get(key); twin !== undefined; twin = underWay.get(key)) {
      const { text } = await twin.catch(() => NOTHING);
      if (text !== null) return taken(text, address, tick);
    }
    const finding = find(address, { scenario, task, tick });
    underWay.set(key, finding);
    const { text, made } = await finding.finally(() => underWay.delete(key));
    if (made === null) return taken(text!, address, tick);
    if (made.measured.stopped?.why !== 'interrupted') use.runs++;
    return made;
  }

  async function taken(text: string, { durationNs }: Address, tick: Tick): Promise<Outcome> {
    use.hits++;
    // It is whole, whether or not the study goes on; but thousands in a row must let Ctrl-C in.
    await tick(durationNs);
    return JSON.parse(text) as Outcome;
  }

  return { width: inner.width, run, use };
}

interface Found {
  /** The outcome as JSON; null where it is not to be kept. */
  text: string | null;
  /** Null where it was in the store. */
  made: Outcome | null;
}

const NOTHING: Found = { text: null, made: null };

interface Asking {
  scenario: Scenario;
  task: Task;
  tick: Tick;
}

function isKept({ measured: { stopped } }: Outcome): boolean {
  return stopped === null || stopped.why === 'endless';
}
