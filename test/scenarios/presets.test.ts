import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkPolicy, loadScenario, PRESETS, planFor, type Scenario } from '../../src/index.js';
import type { Measured } from '../../src/measure/measured.js';
import { World } from '../../src/model/index.js';
import type { FaultPlan, Plan } from '../../src/model/plan.js';

const FOLDER = fileURLToPath(new URL('../../scenarios/', import.meta.url));
const FILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .sort();

/** Long enough for every mechanism to be met, also the faults. */
const SHORT_NS = 1e9;

/**
 * Which presets cannot be laid over a scenario. Rule 7: senders that always have more, or users who
 * never pause, may not be refused without time passing, nor find a queue without a bound; where that
 * is known at load it is refused then (`backlog`), else the run ends (`endless`). Rule 17: under `ps`
 * nobody waits for a turn, so that nothing can be made of waiting (`nobody_waits`). Who runs what it
 * called keeps its worker for it, which those with `io: async` do not (`caller_runs`). What a consumer
 * of RabbitMQ refuses, to which more is delivered than it takes, comes back to it at once (`endless`).
 */
const REFUSED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'blocking-put.yaml': {
    backlog: [
      ...['unbounded', 'bounded-reject', 'drop-oldest', 'caller-runs', 'adaptive-lifo'],
      ...['fail-fast', 'rate-limit', 'adaptive-concurrency', 'priority-shed'],
    ],
    endless: ['bulkhead', 'client-throttle'],
  },
  'backpressure-amplified.yaml': { caller_runs: ['caller-runs'] },
  'brokers/crash-brings-duplicates.yaml': { endless: ['adaptive-concurrency', 'fail-fast'] },
  'brokers/memory-watermark.yaml': { endless: ['fail-fast'] },
  'brokers/receiver-window.yaml': { endless: ['bulkhead', 'client-throttle'] },
  'deadlock-ring.yaml': { caller_runs: ['caller-runs'] },
  'theory/mg1-ps.yaml': { nobody_waits: ['drop-oldest', 'drop-stale', 'codel', 'fail-fast'] },
  'theory/usl.yaml': {
    endless: ['rate-limit', 'adaptive-concurrency', 'bulkhead', 'client-throttle'],
  },
};

function load(name: string): Scenario {
  const text = readFileSync(`${FOLDER}${name}`, 'utf8');
  const readFile = (path: string) => readFileSync(`${FOLDER}${name}/../${path}`);
  return loadScenario({ text, file: name, readFile }).scenario!;
}

/** The same, a second long, its faults within it. */
function shortened(plan: Plan): Plan {
  const faults = plan.faults.map(
    (fault): FaultPlan => ({
      ...fault,
      atNs: Math.min(fault.atNs, SHORT_NS / 4),
      forNs: Math.min(fault.forNs, SHORT_NS / 4),
    }),
  );
  return { ...plan, durationNs: Math.min(plan.durationNs, SHORT_NS), warmupNs: 0, faults };
}

function run(plan: Plan): Measured {
  const world = new World(plan, { stepNs: 1e9, windows: [], memoryLimitBytes: 2e9 });
  for (let slices = 0; !world.advance(1e6); slices++) if (slices > 50) world.stop('interrupted');
  return world.measured();
}

describe.each(FILES)('%s', (name) => {
  it('runs under every preset, or is refused by a rule that is named here', () => {
    const scenario = load(name);
    const refused = new Set<string>();
    for (const preset of PRESETS) {
      const errors = checkPolicy(scenario, preset.name).filter((i) => i.severity === 'error');
      for (const { code } of errors) refused.add(`${preset.name}: ${code}`);
      if (errors.length > 0) continue;
      const { stopped, ledger } = run(shortened(planFor(scenario, preset.name)));
      if (stopped !== null) refused.add(`${preset.name}: ${stopped.why}`);
      const ended = Object.values(ledger.failed).reduce((sum, count) => sum + count, 0);
      const { offered, good, late, degraded, unfinished } = ledger;
      expect(good + late + degraded + ended + unfinished).toBe(offered);
    }
    const known = Object.entries(REFUSED[name] ?? {}).flatMap(([code, presets]) =>
      presets.map((preset) => `${preset}: ${code}`),
    );
    expect([...refused].sort()).toEqual(known.sort());
  }, 120_000);
});
