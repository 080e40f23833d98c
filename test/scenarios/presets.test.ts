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
const SHORT_NS = 2e9;

/** Presets whose mechanisms are not built yet; no name may stand here in the end. */
const NOT_YET: readonly string[] = [
  ...['codel', 'adaptive-lifo', 'rate-limit', 'adaptive-concurrency', 'priority-shed'],
  ...['circuit-breaker', 'client-throttle', 'degrade'],
];

/**
 * Which preset cannot be laid over which scenario: "preset file: reason". By rule 17, under `ps`
 * nobody waits for a turn, so that there is nothing to shed; by rule 7, senders that always have
 * more may not be refused without time passing.
 */
const REFUSED: readonly string[] = [
  'codel theory/mg1-ps.yaml: nobody_waits',
  'bulkhead theory/usl.yaml: endless',
];

function load(name: string): Scenario {
  const text = readFileSync(`${FOLDER}${name}`, 'utf8');
  const readFile = (path: string) => readFileSync(`${FOLDER}${name}/../${path}`);
  return loadScenario({ text, file: name, readFile }).scenario!;
}

/** The same, two seconds long, its faults within them. */
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
    const refused: string[] = [];
    for (const preset of PRESETS) {
      const errors = checkPolicy(scenario, preset.name).filter((i) => i.severity === 'error');
      const told = errors.map(({ code, message }) => `${preset.name} ${name}: ${code} ${message}`);
      if (NOT_YET.includes(preset.name)) {
        expect(told.length).toBeGreaterThan(0);
        continue;
      }
      refused.push(...new Set(told));
      if (errors.length > 0) continue;
      const { stopped, ledger } = run(shortened(planFor(scenario, preset.name)));
      if (stopped !== null) refused.push(`${preset.name} ${name}: ${stopped.why} ${stopped.text}`);
      const ended = Object.values(ledger.failed).reduce((sum, count) => sum + count, 0);
      const { offered, good, late, degraded, unfinished } = ledger;
      expect(good + late + degraded + ended + unfinished).toBe(offered);
    }
    const isBuilt = (line: string): boolean => !NOT_YET.includes(line.split(' ')[0]!);
    const known = REFUSED.filter((line) => line.includes(` ${name}: `)).filter(isBuilt);
    expect(refused).toHaveLength(known.length);
    for (const [i, line] of known.entries()) expect(refused[i]).toContain(line);
  }, 120_000);
});
