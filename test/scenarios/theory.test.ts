import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadScenario, planFor, runScenario, type Scenario } from '../../src/index.js';
import { recognise } from '../../src/judge/theory/recognise.js';
import { studentInterval } from '../../src/study/statistics.js';
import {
  cobhamWaits,
  constantPatienceAbandons,
  erlangAbandons,
  erlangB,
  hedgedExtra,
  hedgedMean,
  lifoWaitQuantile,
  meanValues,
  mg1Wait,
  mm1kPresent,
  mm1kRefused,
  mm1kTime,
  mm1Quantile,
  mm1Time,
  mm1Within,
  mmck,
  mmcWait,
  mmcWaitQuantile,
  psTime,
  retried,
  usl,
} from './closed-forms.js';

/**
 * Seeds 1 to 20 where everything runs. Otherwise three, whose interval is nine times as wide: so it
 * is not the width that is judged then, but how far their mean is off.
 */
const FULL = process.env['SPILLWAY_FULL'] === '1';
const seedsFrom = (first: number): string[] =>
  Array.from({ length: FULL ? 20 : 3 }, (_, index) => `${first + index}`);

/** Some millions of customers a seed; a busy machine may take some minutes for the three. */
const TIMEOUT_MS = FULL ? 3_600_000 : 600_000;

/** Too long for every day: it waits for what is lost once in 340 requests. */
const SLOW = ['three-retries.yaml'];

interface Figure {
  metric: string;
  theory: number;
  /** What is compared, where it is not the metric itself. */
  of?: (value: number) => number;
  /** The widest its interval may be, as a share of the figure: 2% of means, 5% of quantiles. */
  width: number;
  /** To what its theory is known, where that is no closed form. */
  known?: number;
}

const figure = (metric: string, theory: number): Figure => ({ metric, theory, width: 0.02 });
const quantile = (metric: string, theory: number): Figure => ({ metric, theory, width: 0.05 });

/** A share that only its complement is a metric of. */
const lost = (metric: string, theory: number): Figure => ({
  ...figure(metric, theory),
  of: (value) => 1 - value,
});

const PAPER = { alpha: 0.0277285, beta: 0.0001044, gamma: 89.995 };
const OTHER = { alpha: 0.05, beta: 0.001, gamma: 200 };

const FILES: Record<string, Figure[]> = {
  'mm1.yaml': [
    figure('producers.calm.latency.mean', mm1Time(0.5) * 0.01),
    figure('producers.keen.latency.mean', mm1Time(0.9) * 0.001),
    quantile('producers.calm.latency.p99', mm1Quantile(0.5, 0.99) * 0.01),
    quantile('producers.keen.latency.p99', mm1Quantile(0.9, 0.99) * 0.001),
    figure('services.half.in_flight.mean', 0.5 / (1 - 0.5)),
    figure('services.busy.in_flight.mean', 0.9 / (1 - 0.9)),
    figure('producers.calm.goodput_ratio', mm1Within(0.5, 2)),
    figure('producers.keen.goodput_ratio', mm1Within(0.9, 10)),
  ],
  'mmc.yaml': [
    figure('services.five.wait.mean', mmcWait(5, 4) * 0.008),
    figure('services.ten.wait.mean', mmcWait(10, 8) * 0.01),
    quantile('services.five.wait.p99', mmcWaitQuantile(5, 4, 0.99) * 0.008),
    quantile('services.ten.wait.p99', mmcWaitQuantile(10, 8, 0.99) * 0.01),
    figure('services.five.utilization', 0.8),
    figure('services.ten.utilization', 0.8),
  ],
  'mm1k.yaml': [
    figure('producers.some.rejected_ratio', mm1kRefused(0.8, 10)),
    figure('producers.many.rejected_ratio', mm1kRefused(2, 10)),
    figure('services.loaded.in_flight.mean', mm1kPresent(0.8, 10)),
    figure('services.flooded.in_flight.mean', mm1kPresent(2, 10)),
    figure('services.loaded.sojourn.mean', mm1kTime(0.8, 10) * 0.001),
    figure('services.flooded.sojourn.mean', mm1kTime(2, 10) * 0.02),
  ],
  'md1.yaml': [
    figure('services.even.wait.mean', mg1Wait(0.8, 0) * 0.001),
    figure('services.uneven.wait.mean', mg1Wait(0.8, 1) * 0.001),
  ],
  'mg1-ps.yaml': [
    ...['constant', 'exponential', 'erlang', 'lognormal', 'hyperexponential', 'core'].map((name) =>
      figure(`services.${name}.sojourn.mean`, psTime(0.7) * 0.001),
    ),
    figure('services.hyperexponential.in_flight.mean', 0.7 * psTime(0.7)),
    figure('services.constant.utilization', 0.7),
  ],
  'hedging.yaml': [
    figure('producers.hedging.latency.mean', hedgedMean(Math.log(20))),
    // Its quantiles vary less than a bucket of the histogram is wide: the file's bounds judge them.
    figure('calls.hedging -> twice.amplification', 1 + hedgedExtra(Math.log(20))),
  ],
  'closed-network.yaml': [
    figure('throughput', meanValues([0.05, 0.03, 0.02], 1, 20).throughput),
    figure('latency.mean', meanValues([0.05, 0.03, 0.02], 1, 20).response),
    figure(
      'services.processor.utilization',
      meanValues([0.05, 0.03, 0.02], 1, 20).throughput * 0.05,
    ),
    figure('services.wire.utilization', meanValues([0.05, 0.03, 0.02], 1, 20).throughput * 0.02),
  ],
  'erlang-b.yaml': [
    figure('producers.to-five.rejected_ratio', erlangB(5, 4)),
    figure('producers.to-ten.rejected_ratio', erlangB(10, 8)),
    figure('producers.to-uneven.rejected_ratio', erlangB(5, 4)),
    figure('services.five.in_flight.mean', 4 * (1 - erlangB(5, 4))),
    figure('services.ten.utilization', 0.8 * (1 - erlangB(10, 8))),
  ],
  'mmck.yaml': [
    figure('rejected_ratio', mmck(5, 8, 10).refused),
    figure('services.pool.wait.mean', mmck(5, 8, 10).wait * 0.01),
    figure('services.pool.utilization', (8 / 5) * (1 - mmck(5, 8, 10).refused)),
  ],
  'mg1.yaml': [
    figure('services.staged.wait.mean', mg1Wait(0.8, 0.5) * 0.001),
    figure('services.mixed.wait.mean', mg1Wait(0.8, 4) * 0.0002),
    figure('services.mixed.utilization', 0.8),
  ],
  'tandem.yaml': [
    figure('latency.mean', (2 + 1 / 0.3 + 10) * 0.001),
    figure('services.first.sojourn.mean', mm1Time(0.5) * 0.001),
    figure('services.second.sojourn.mean', mm1Time(0.625) * 0.00125),
    figure('services.third.sojourn.mean', 10 * 0.001),
    quantile('services.third.sojourn.p99', 10 * Math.log(100) * 0.001),
  ],
  'lifo.yaml': [
    figure('services.front.wait.mean', mg1Wait(0.8, 1) * 0.001),
    figure('services.back.wait.mean', mg1Wait(0.8, 1) * 0.001),
    quantile('services.back.wait.p50', lifoWaitQuantile(0.8, 0.5) * 0.001),
    quantile('services.back.wait.p99', lifoWaitQuantile(0.8, 0.99) * 0.001),
    quantile('services.front.wait.p99', mmcWaitQuantile(1, 0.8, 0.99) * 0.001),
  ],
  'mm1-within.yaml': [figure('goodput_ratio', mm1Within(0.8, 5))],
  'retries-for-ever.yaml': [
    figure('rejected_ratio', retried(10, 8, Infinity).refused),
    figure('amplification', retried(10, 8, Infinity).offered / 8),
    figure('services.exchange.utilization', 0.8),
  ],
  'three-retries.yaml': [
    lost('success_ratio', retried(10, 8, 3).refused ** 4),
    figure('rejected_ratio', retried(10, 8, 3).refused),
    figure('amplification', retried(10, 8, 3).offered / 8),
  ],
  'usl.yaml': [
    figure('producers.alone.throughput', usl(1, PAPER)),
    figure('producers.some.throughput', usl(36, PAPER)),
    figure('producers.best.throughput', usl(96, PAPER)),
    figure('producers.crowd.throughput', usl(300, PAPER)),
  ],
};

const [first, second] = cobhamWaits([0.3, 0.5]);

Object.assign(FILES, {
  'mmc-m.yaml': [
    figure('expired_ratio', erlangAbandons(10, 10, 1)),
    figure('services.centre.queue.depth.mean', 10 * erlangAbandons(10, 10, 1)),
    figure('services.centre.utilization', 1 - erlangAbandons(10, 10, 1)),
  ],
  'mm1-d.yaml': [
    figure('expired_ratio', constantPatienceAbandons(1, 5)),
    figure('services.desk.utilization', 1 - constantPatienceAbandons(1, 5)),
  ],
  'order.yaml': [
    figure('services.ranked.routes.first.wait.mean', first! * 0.001),
    figure('services.ranked.routes.second.wait.mean', second! * 0.001),
    figure('services.ranked.wait.mean', mm1Time(0.8) * 0.8 * 0.001),
    figure('services.drawn.wait.mean', mm1Time(0.8) * 0.8 * 0.001),
  ],
  // Known to 0.008 only: by simulation, for a hundred servers.
  'two-choices.yaml': [{ ...figure('producers.choosy.latency.mean', 0.2649), known: 0.0008 }],
});

/**
 * Other parameters than the files'. Lengths fixed before the first run, by the same reckoning. The
 * variance, for one customer, of the relative error is 32 for the time at ρ .7 and 38 for the number,
 * 108 for the wait of the pool, 11 for what is refused at 120% and of seven servers, some 30 and some
 * 80 for the waits of the even and the uneven work, 1.5 for the closed network: half a million
 * customers give 0.9% or better, and those of 108 and 80 get three and four times as many. Of the
 * later ones: 7.4 and 2.7 (nine places), 134 (hyperexponential: 2.4 million), at most 41 (tandem: a
 * million), 32 … 79 (last come, in time: a million), some 60 (retries: a million), 1/n (USL).
 */
const OTHERS: { title: string; text: string; figures: Figure[] }[] = [
  {
    title: 'one server at 70%',
    text: service('{ poisson: 350/s }', 'workers: 1', '{ exponential: 2ms }', '25m'),
    figures: [
      figure('latency.mean', mm1Time(0.7) * 0.002),
      quantile('latency.p99', mm1Quantile(0.7, 0.99) * 0.002),
      figure('services.desk.in_flight.mean', 0.7 / 0.3),
    ],
  },
  {
    title: 'three servers at 70%',
    text: service('{ poisson: 300/s }', 'workers: 3', '{ exponential: 7ms }', '80m'),
    figures: [
      figure('services.desk.wait.mean', mmcWait(3, 2.1) * 0.007),
      quantile('services.desk.wait.p99', mmcWaitQuantile(3, 2.1, 0.99) * 0.007),
    ],
  },
  {
    title: 'room for five at 120%',
    text: service(
      '{ poisson: 600/s }',
      'workers: 1, queue: { capacity: 4 }',
      '{ exponential: 2ms }',
      '15m',
    ),
    figures: [
      figure('rejected_ratio', mm1kRefused(1.2, 5)),
      figure('services.desk.in_flight.mean', mm1kPresent(1.2, 5)),
      figure('services.desk.sojourn.mean', mm1kTime(1.2, 5) * 0.002),
    ],
  },
  {
    title: 'seven servers without a line at 90%: the share refused is Erlang’s whatever the work',
    text: service(
      '{ poisson: 630/s }',
      'workers: 7, queue: { capacity: 0 }',
      '{ lognormal: { mean: 10ms, cv: 2 } }',
      '15m',
    ),
    figures: [figure('rejected_ratio', erlangB(7, 6.3))],
  },
  {
    title: 'work that hardly varies, at 60%',
    text: service('{ poisson: 600/s }', 'workers: 1', '{ erlang: { mean: 1ms, k: 2 } }', '15m'),
    figures: [figure('services.desk.wait.mean', mg1Wait(0.6, 0.5) * 0.001)],
  },
  {
    title: 'work that varies a lot, at 60%',
    text: service('{ poisson: 600/s }', 'workers: 1', '{ gamma: { mean: 1ms, cv: 1.732 } }', '55m'),
    figures: [figure('services.desk.wait.mean', mg1Wait(0.6, 1.732 * 1.732) * 0.001)],
  },
  {
    title: 'ten servers at 120%, whose callers wait for two pieces of work on the mean',
    text: service(
      '{ poisson: 1200/s }',
      'workers: 10, queue: { max_age: { exponential: 20ms } }',
      '{ exponential: 10ms }',
      '10m',
    ),
    figures: [figure('expired_ratio', erlangAbandons(10, 12, 0.5))],
  },
  {
    title: 'a wait of three pieces of work at most, at 80%',
    text: service(
      '{ poisson: 800/s }',
      'workers: 1, queue: { max_age: 3ms }',
      '{ exponential: 1ms }',
      '15m',
    ),
    figures: [figure('expired_ratio', constantPatienceAbandons(0.8, 3))],
  },
  {
    title: 'two classes of 30%, of which the important one interrupts the other',
    text: `spillway: 1
duration: 25m
warmup: 20s
producers:
  first: { arrivals: { poisson: 300/s }, to: desk/first }
  second: { arrivals: { poisson: 300/s }, to: desk/second, priority: 1 }
services:
  desk:
    workers: 1
    queue: { discipline: { priority: { preemptive: true } } }
    handler: { first: [ { work: { exponential: 1ms } } ], second: [ { work: { exponential: 1ms } } ] }
`,
    // 1/(1-ρ₁) and 1/((1-ρ₁)(1-ρ₁-ρ₂)).
    figures: [
      figure('producers.first.latency.mean', 0.001 / 0.7),
      figure('producers.second.latency.mean', 0.001 / (0.7 * 0.4)),
    ],
  },
  {
    title: 'eight users of two equal stations and a fast one',
    text: `spillway: 1
duration: 2h
warmup: 60s
producers:
  users: { arrivals: { closed: { users: 8, think: { exponential: 500ms } } }, to: site }
services:
  site: { workers: unbounded, handler: [ { call: left }, { call: right }, { call: fast } ] }
  left: { workers: 1, handler: [ { work: { exponential: 40ms } } ] }
  right: { workers: 1, handler: [ { work: { exponential: 40ms } } ] }
  fast: { workers: 1, handler: [ { work: { exponential: 10ms } } ] }
`,
    figures: [
      figure('throughput', meanValues([0.04, 0.04, 0.01], 0.5, 8).throughput),
      figure('latency.mean', meanValues([0.04, 0.04, 0.01], 0.5, 8).response),
    ],
  },
  {
    title: 'four servers with nine places at 150%',
    text: service(
      '{ poisson: 600/s }',
      'workers: 4, queue: { capacity: 5 }',
      '{ exponential: 10ms }',
      '15m',
    ),
    figures: [
      figure('rejected_ratio', mmck(4, 6, 9).refused),
      figure('services.desk.wait.mean', mmck(4, 6, 9).wait * 0.01),
    ],
  },
  {
    title: 'two kinds of work at 50%, one eleven times the other',
    text: service(
      '{ poisson: 500/s }',
      'workers: 1',
      '{ hyperexponential: [ { p: 0.9, mean: 0.5ms }, { p: 0.1, mean: 5.5ms } ] }',
      '80m',
    ),
    figures: [figure('services.desk.wait.mean', mg1Wait(0.5, 5.5) * 0.001)],
  },
  {
    title: 'a pool and a server one after the other, half of the requests asking the server twice',
    text: `spillway: 1
duration: 35m
warmup: 20s
producers:
  users: { arrivals: { poisson: 500/s }, to: front }
services:
  front:
    workers: unbounded
    handler:
      - call: pool
      - call: server
      - { chance: 50%, then: [ { call: server } ] }
  pool: { workers: 3, handler: [ { work: { exponential: 4ms } } ] }
  server: { workers: 1, handler: [ { work: { exponential: 0.8ms } } ] }
`,
    figures: [
      figure('services.pool.wait.mean', mmcWait(3, 2) * 0.004),
      figure('services.server.sojourn.mean', mm1Time(0.6) * 0.0008),
      figure('latency.mean', (1 + mmcWait(3, 2)) * 0.004 + 1.5 * mm1Time(0.6) * 0.0008),
    ],
  },
  {
    title: 'the last first at 60%',
    text: service(
      '{ poisson: 600/s }',
      'workers: 1, queue: { discipline: lifo }',
      '{ exponential: 1ms }',
      '30m',
    ),
    figures: [
      figure('services.desk.wait.mean', mg1Wait(0.6, 1) * 0.001),
      quantile('services.desk.wait.p99', lifoWaitQuantile(0.6, 0.99) * 0.001),
    ],
  },
  {
    title: 'an objective of twice the work at 60%',
    text: `objective: { latency: 2ms }
${service('{ poisson: 600/s }', 'workers: 1', '{ exponential: 1ms }', '30m')}`,
    figures: [figure('goodput_ratio', mm1Within(0.6, 2))],
  },
  {
    title: 'five servers, the work of three, and who is refused comes again for ever',
    text: `${service(
      '{ poisson: 600/s }',
      'workers: 5, queue: { capacity: 0 }',
      '{ exponential: 5ms }',
      '35m',
    ).replace('warmup: 20s', 'warmup: 8m')}calls:
  "users -> desk":
    retry: { attempts: 1000, on: [ rejected ], backoff: { fixed: 15s }, jitter: full }
`,
    figures: [
      figure('rejected_ratio', retried(5, 3, Infinity).refused),
      figure('amplification', retried(5, 3, Infinity).offered / 3),
    ],
  },
  {
    title: 'twenty users who never pause, in each other’s way',
    text: `${service(
      '{ closed: { users: 20, think: 0s } }',
      'workers: 50',
      '{ exponential: 5ms }',
      '5m',
    ).replace('workers: 50', 'workers: 50, contention: { usl: { alpha: 0.05, beta: 0.001 } }')}`,
    figures: [figure('throughput', usl(20, OTHER))],
  },
];

/**
 * These figures are judged at once, so each interval is as wide as makes one of them miss by chance
 * in one study of a hundred. Each case has seeds of its own: with the same ones all would see the
 * same arrivals, and share one stroke of bad luck.
 */
const ALL_OF_THEM = 1 - 0.01 / OTHERS.flatMap(({ figures }) => figures).length;

function service(arrivals: string, keys: string, work: string, duration: string): string {
  return `spillway: 1
duration: ${duration}
warmup: 20s
producers: { users: { arrivals: ${arrivals}, to: desk } }
services: { desk: { ${keys}, handler: [ { work: ${work} } ] } }
`;
}

function scenarioOf(text: string, file: string): Scenario {
  const { scenario, issues } = loadScenario({ text, file });
  if (scenario === null) throw new Error(issues.map(({ message }) => message).join('\n'));
  return scenario;
}

/**
 * Runs every seed. One line for each figure that lies outside its interval, or whose interval is
 * too wide, and for each expectation of the file that does not hold.
 */
async function misses(
  scenario: Scenario,
  figures: readonly Figure[],
  { seeds, level }: { seeds: readonly string[]; level: number },
): Promise<string[]> {
  const samples: number[][] = figures.map(() => []);
  const lines: string[] = [];
  const recognised = recognisedIn(scenario);
  const theirs: number[][] = recognised.map(() => []);
  for (const seed of seeds) {
    const { policies, expect: expected } = await runScenario(scenario, {
      version: '0',
      scenarioSha256: '',
      memoryLimitBytes: 1e9,
      seed,
      stepSeconds: 60,
    });
    figures.forEach(({ metric, of }, index) => {
      const value = policies['base']!.metrics[metric] ?? Number.NaN;
      samples[index]!.push(of === undefined ? value : of(value));
    });
    recognised.forEach(([metric], index) => {
      theirs[index]!.push(policies['base']!.metrics[metric] ?? Number.NaN);
    });
    for (const { that, actual, passed } of expected) {
      if (!passed) lines.push(`seed ${seed}: ${that}: ${actual}`);
    }
  }
  recognised.forEach(([metric, theory], index) => {
    const [low, high] = studentInterval(theirs[index]!, RECOGNISED)!;
    const inside = low <= theory * (1 + 1e-6) && theory * (1 - 1e-6) <= high;
    if (!inside) lines.push(`recognised ${metric}: ${low} .. ${high}, theory ${theory}`);
  });
  return [...lines, ...figures.flatMap((each, index) => missOf(each, samples[index]!, level))];
}

/** Every figure that the product itself shows beside such a run; some two hundred in all. */
const RECOGNISED = 1 - 0.01 / 200;

function recognisedIn(scenario: Scenario): [string, number][] {
  const { forms } = recognise(planFor(scenario, 'base'));
  // Nothing is not measured with an interval: half of those who come do not wait at all.
  return forms.flatMap(({ figures }) => Object.entries(figures).filter(([, value]) => value > 0));
}

function missOf(
  { metric, theory, width, known = 0 }: Figure,
  samples: readonly number[],
  level: number,
): string[] {
  const [low, high] = studentInterval(samples, level)!;
  const [from, to] = studentInterval(samples, 0.99)!;
  const wide = (to - from) / theory;
  const line = `${metric}: ${low} .. ${high}, theory ${theory}, ${(100 * wide).toFixed(2)}% wide`;
  if (FULL) console.log(line);
  const inside = low - known <= theory && theory <= high + known;
  const off = Math.abs((low + high) / 2 / theory - 1);
  return inside && (FULL ? wide < width : off < 1.5 * width) ? [] : [line];
}

describe('the closed form lies in the 99% interval over separate seeds', () => {
  for (const [name, figures] of Object.entries(FILES)) {
    if (SLOW.includes(name) && !FULL) continue;
    it(
      `scenarios/theory/${name}`,
      async () => {
        const file = new URL(`../../scenarios/theory/${name}`, import.meta.url);
        const scenario = scenarioOf(readFileSync(file, 'utf8'), name);
        expect(await misses(scenario, figures, { seeds: seedsFrom(1), level: 0.99 })).toEqual([]);
      },
      TIMEOUT_MS,
    );
  }
});

describe('so it does with other parameters, all of them at once', () => {
  for (const [index, { title, text, figures }] of OTHERS.entries()) {
    const seeds = seedsFrom(100 * (index + 1));
    it(
      title,
      async () => {
        const scenario = scenarioOf(text, 'test.yaml');
        expect(await misses(scenario, figures, { seeds, level: ALL_OF_THEM })).toEqual([]);
      },
      TIMEOUT_MS,
    );
  }
});
