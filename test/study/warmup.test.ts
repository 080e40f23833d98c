import { describe, expect, it } from 'vitest';
import type { Series } from '../../src/measure/measured.js';
import { runScenario } from '../../src/study/index.js';
import { warmupNote } from '../../src/study/warmup.js';
import { planOf, scenarioOf } from '../model/kit.js';

const FULL = process.env['SPILLWAY_FULL'] === '1';

interface Queue {
  rho?: number;
  seconds?: number;
  warmup?: number;
  replications?: number;
  more?: string;
  arrivals?: string;
}

const text = ({ rho = 0.9, seconds = 200, warmup = 0, replications = 20, ...rest }: Queue) =>
  `duration: ${seconds}s
warmup: ${warmup}s
replications: ${replications}
producers: { users: { arrivals: { ${rest.arrivals ?? `poisson: ${10 * rho}/s`} }, to: desk } }
services: { desk: { workers: 1, handler: [ { work: { exponential: 100ms } } ] } }
${rest.more ?? ''}`;

async function noteOf(queue: Queue, seed: string): Promise<string | undefined> {
  const { policies } = await runScenario(scenarioOf(text(queue)), {
    version: '0',
    scenarioSha256: '',
    memoryLimitBytes: 1e9,
    seed,
  });
  return policies['base']!.notes['warmup'];
}

/** What is said over a number of seeds; null where nothing is. */
async function notes(queue: Queue, seeds: number): Promise<(string | undefined)[]> {
  const all: (string | undefined)[] = [];
  for (let seed = 0; seed < seeds; seed++) all.push(await noteOf(queue, `warm-${seed}`));
  return all;
}

const SEEDS = FULL ? 40 : 6;
const TIMEOUT_MS = 1_200_000;

describe('M/M/1 at 90%, started empty', { timeout: TIMEOUT_MS }, () => {
  it('is mostly found to have no warm-up, and one that is long enough is named', async () => {
    const said = (await notes({}, SEEDS)).flatMap((note) => note ?? []);
    if (FULL) console.log(said);
    expect(said.length).toBeGreaterThan(SEEDS / 2);
    for (const note of said) {
      const [, until, same] = /rising until (\d+)s, .* warmup: (\d+)s would be long enough/.exec(
        note,
      )!;
      expect(same).toBe(until);
      expect(Number(until)).toBeGreaterThanOrEqual(5);
      expect(Number(until)).toBeLessThanOrEqual(100);
    }
  });

  it('is seldom found fault with where the warm-up is long', async () => {
    const said = (await notes({ warmup: 200, seconds: 400 }, SEEDS)).flatMap((note) => note ?? []);
    if (FULL) console.log(said);
    expect(said.length).toBeLessThanOrEqual(SEEDS / 6);
  });
});

/** A made-up series of what is in the desk, a value a second. */
const series = (value: (second: number) => number, seconds = 200): Series => ({
  step: 1,
  'services.desk.in_flight': Array.from({ length: seconds }, (_, second) => value(second)),
});

/** Between -1 and 1, the same every time. */
const wobble = (second: number): number => {
  const mixed = Math.imul((second + 1) ^ ((second + 1) << 7), 0x9e3779b1) >>> 0;
  return (Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 0) / 2 ** 31 - 1;
};

const noted = (of: Queue, value: (second: number) => number, seconds?: number): string | null =>
  warmupNote(planOf(text(of)), series(value, seconds));

describe('the warm-up', () => {
  const rising = (second: number): number => 10 * Math.min(1, second / 40) + 0.1 * wobble(second);

  it('is too short while more and more is in the system, and the note says until when', () => {
    expect(noted({}, rising)).toMatch(
      /^what is in the system is still rising until (35|40|45)s, which moves its mean by (9|10)\.\d%; warmup: \1s/,
    );
    expect(noted({ warmup: 20 }, rising)).toMatch(/still rising until (35|40|45)s/);
  });

  it('is long enough once what rose no longer does', () => {
    expect(noted({ warmup: 45 }, rising)).toBeNull();
    expect(noted({}, (second) => 10 + wobble(second))).toBeNull();
  });

  it('is too short where a system begins with more than it settles at', () => {
    const falling = (second: number): number => 10 + Math.max(0, 30 - second) + wobble(second);
    expect(noted({}, falling)).toMatch(/still falling until (25|30|35|40)s/);
  });

  it('is not looked at where the run is too short to tell', () => {
    expect(noted({ seconds: 40 }, rising, 40)).toBeNull();
  });

  it('cannot be long enough where more is offered than can be served', async () => {
    const note = await noteOf({ rho: 1.2, replications: 1 }, 'over');
    expect(note).toBe(
      'never settles: 12/s are offered, capacity is 10/s; no warmup is long enough',
    );
  });

  it.each([
    ['a fault strikes', { more: 'faults: [ { at: 100s, for: 10s, slow: desk, factor: 3 } ]' }],
    [
      'the rate follows a schedule',
      { arrivals: 'poisson: [ { at: 0s, rate: 5/s }, { at: 50s, rate: 9/s } ]' },
    ],
    [
      'the rate goes up and down',
      { arrivals: 'poisson: { diurnal: { mean: 5/s, peak: 9/s, period: 100s } }' },
    ],
  ] as [string, Queue][])('is nobody’s business where %s', (_, queue) => {
    expect(noted(queue, rising)).toBeNull();
  });
});
