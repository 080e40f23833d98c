import { AlertBook } from '../../../src/judge/alerts/book.js';
import type { Openings } from '../../../src/judge/alerts/flapping.js';
import type { SecondRecord } from '../../../src/measure/second-record.js';
import type { AlertsPlan } from '../../../src/model/plan.js';
import { USUAL_ALERTS } from '../../../src/scenario/schema/alerts.js';
import type { Alert } from '../../../src/study/result.js';
import { queue } from '../../model/brokers/kit.js';
import { component, edge, enter, plan, producer } from '../sample.js';

/** What is told of one second; the rest is as quiet as can be. Arrays by subject. */
export type Told = Partial<Record<keyof SecondRecord, number | number[]>>;

const QUIET: Required<Told> = {
  fromNs: 0,
  toNs: 0,
  latencyP50: 0.01,
  latencyP99: 0.02,
  offered: 100,
  good: 100,
  ended: [100],
  failed: [0],
  left: [100, 100],
  turnedAway: [0, 0],
  busyShare: [0.5, 0.5],
  waiting: [0, 0],
  fullest: [0, 0],
  wasFull: [0, 0],
  oldest: [0, 0],
  memory: [0, 0],
  waitP50: [0, 0],
  sent: [100, 0],
  retries: [0, 0],
  poolUp: [0, 0],
  published: [0],
  lag: [0],
  queueFull: [0],
  queueWasFull: [0],
  queueOldest: [0],
};

/** The alerts of a run of two components, told second by second. */
export function alertsOf(
  seconds: readonly Told[],
  settings: Partial<AlertsPlan> = {},
  { clients = 1, openings = {} }: { clients?: number; openings?: Openings } = {},
): Alert[] {
  const book = AlertBook.of(
    plan({
      producers: [producer('users', 0, { clients })],
      components: [
        component('shop', []),
        component('db', [], {
          consumes: { queue: 0, to: { edge: 1, route: 0 }, how: { kind: 'worker' } },
        }),
      ],
      queues: [queue('orders')],
      edges: [
        enter(0, { name: 'users -> shop' }),
        edge({ kind: 'queue', index: 0 }, 1, { name: 'orders -> db' }),
      ],
      alerts: { ...USUAL_ALERTS, ...settings },
    }),
  )!;
  seconds.forEach((told, t) => {
    const record = { ...QUIET, ...told, fromNs: t * 1e9, toNs: (t + 1) * 1e9 };
    const typed = Object.entries(record).map(([key, value]) => [
      key,
      Array.isArray(value) ? Float64Array.from(value) : value,
    ]);
    book.second(Object.fromEntries(typed) as SecondRecord);
  });
  return book.alerts({ endNs: seconds.length * 1e9, breakerOpenings: openings });
}

/** So many seconds of which the same is told. */
export function times(seconds: number, told: Told = {}): Told[] {
  return Array.from({ length: seconds }, () => told);
}

/** "12 queue_depth shop" of each alert: when, which, of whom. */
export function briefly(alerts: readonly Alert[]): string[] {
  return alerts.map(({ at, rule, component: of }) => `${at} ${rule} ${of}`);
}
