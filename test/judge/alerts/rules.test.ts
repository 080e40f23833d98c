import { describe, expect, it } from 'vitest';
import { ALERT_RULES } from '../../../src/measure/names.js';
import { USUAL_ALERTS } from '../../../src/scenario/schema/alerts.js';
import { alertsOf, briefly, times } from './kit.js';

describe('an alert', () => {
  it('has a rule of the language for each name that expectations know', () => {
    expect(Object.keys(USUAL_ALERTS).sort()).toEqual([...ALERT_RULES].sort());
  });

  it('is not raised by a quiet run', () => {
    expect(alertsOf(times(300))).toEqual([]);
  });

  it('is raised once while it lasts, says what was found, and when it was over', () => {
    const run = [...times(10), ...times(20, { fullest: [0.9, 0] }), ...times(60)];
    expect(alertsOf(run)).toEqual([
      {
        at: 16,
        rule: 'queue_depth',
        component: 'shop',
        value: 0.9,
        text: 'shop: a queue is 90% full',
        until: 31,
      },
    ]);
  });

  it('is the same one where it comes back within half a minute, a new one later', () => {
    const full = times(10, { fullest: [0, 1] });
    expect(briefly(alertsOf([...full, ...times(20), ...full, ...times(40), ...full]))).toEqual([
      '6 queue_depth db',
      '86 queue_depth db',
    ]);
  });

  it('that is still up at the end has no end', () => {
    expect(alertsOf(times(20, { fullest: [1, 0] }))[0]!.until).toBeNull();
  });

  it('is not raised by a rule that is switched off', () => {
    const run = times(20, { fullest: [1, 0] });
    expect(alertsOf(run, { queue_depth: null, queue_ceiling: null })).toEqual([]);
  });
});

describe('queue_depth', () => {
  it('needs more than its share at every look for five seconds', () => {
    const above = { fullest: [0.81, 0] };
    expect(briefly(alertsOf([...times(5, above), ...times(50)]))).toEqual([]);
    expect(briefly(alertsOf([...times(6, above), ...times(50)]))).toEqual(['6 queue_depth shop']);
    expect(alertsOf(times(50, { fullest: [0.8, 0] }))).toEqual([]);
    expect(alertsOf(times(50, { fullest: [NaN, 0] }))).toEqual([]);
  });

  it('takes settings of its own', () => {
    const run = times(50, { fullest: [0.6, 0] });
    expect(briefly(alertsOf(run, { queue_depth: { above: 0.5, forNs: 20e9 } }))).toEqual([
      '21 queue_depth shop',
    ]);
  });
});

describe('queue_ceiling', () => {
  /** Full in every `every`th second. */
  const now = (every: number) =>
    Array.from({ length: 200 }, (_, t) => ({ wasFull: [t % every === 0 ? 1 : 0, 0] }));

  it('counts the seconds in which a queue was full, ten within a minute', () => {
    expect(briefly(alertsOf(now(6)))).toEqual(['55 queue_ceiling shop']);
    expect(alertsOf(now(8))).toEqual([]);
  });
});

describe('shares of what happened', () => {
  it.each([
    ['failures', 'users', { failed: [6], ended: [100] }, { failed: [5], ended: [100] }],
    ['rejections', 'db', { turnedAway: [0, 3], left: [1, 50] }, { turnedAway: [0, 0] }],
    ['retry_storm', 'users -> shop', { retries: [21] }, { retries: [20] }],
  ])('%s: above its level for five whole seconds', (rule, of, above, level) => {
    expect(briefly(alertsOf([...times(10), ...times(5, above)]))).toEqual([`15 ${rule} ${of}`]);
    expect(alertsOf([...times(10), ...times(4, above), ...times(10)])).toEqual([]);
    expect(alertsOf(times(60, level))).toEqual([]);
  });

  it('nothing of nothing is no share', () => {
    expect(alertsOf(times(60, { failed: [0], ended: [0], sent: [0], left: [0, 0] }))).toEqual([]);
  });
});

describe('workers_busy', () => {
  const growing = (busy: number) =>
    Array.from({ length: 10 }, (_, t) => ({ busyShare: [busy, 0.5], waiting: [10 * (t + 1), 0] }));

  it('needs a queue that grows or is full beside workers that are busy', () => {
    expect(briefly(alertsOf([...times(3), ...growing(1)]))).toEqual(['8 workers_busy shop']);
    expect(alertsOf(growing(0.98))).toEqual([]);
    expect(alertsOf(times(20, { busyShare: [1, 0.5], waiting: [0, 0] }))).toEqual([]);
    const full = { busyShare: [1, 0.5], waiting: [9, 0], wasFull: [1, 0] };
    expect(briefly(alertsOf([...times(3), ...times(5, full)]))).toEqual(['8 workers_busy shop']);
  });

  it('has none where workers are unbounded', () => {
    expect(alertsOf(growing(NaN))).toEqual([]);
  });
});

describe('trends', () => {
  it('p99_climbing: the p99 doubles against the minute before, and the p50 stays', () => {
    const slow = { latencyP99: 0.05 };
    const all = { latencyP99: 0.05, latencyP50: 0.03 };
    const [alert] = alertsOf([...times(60), ...times(20, slow)]);
    // (0.05·k + 0.02·(10−k)) / 10 reaches 0.04 with k = 7.
    expect(alert).toMatchObject({ at: 67, rule: 'p99_climbing', component: 'users' });
    expect(alert!.value).toBeCloseTo(0.041, 9);
    expect(alertsOf([...times(60), ...times(20, all)])).toEqual([]);
  });

  it('p99_climbing: knows nothing usual before two spans have passed', () => {
    expect(alertsOf([...times(19), ...times(8, { latencyP99: 1 })])).toEqual([]);
    expect(briefly(alertsOf([...times(20), ...times(10, { latencyP99: 1 })]))).toEqual([
      '30 p99_climbing users',
    ]);
  });

  it('p99_climbing: seconds without a success say nothing', () => {
    const none = { latencyP50: NaN, latencyP99: NaN };
    expect(alertsOf([...times(60), ...times(100, none)])).toEqual([]);
  });

  it('p99_climbing: what is answered at once does not climb', () => {
    expect(alertsOf(times(300, { latencyP50: 0, latencyP99: 0 }))).toEqual([]);
  });

  it('wait_growing: the median wait doubles against the ten seconds before, and by 100 ms', () => {
    const growing = Array.from({ length: 20 }, (_, t) => ({ waitP50: [0.02 * t, 0] }));
    const alerts = alertsOf([...times(20), ...growing]);
    expect(briefly(alerts)).toEqual(['31 wait_growing shop']);
    // Long, but no longer than it was; twice as long, but short.
    expect(alertsOf(times(60, { waitP50: [2, 0] }))).toEqual([]);
    const short = [...times(20), ...times(20, { waitP50: [0.09, 0] })];
    expect(alertsOf(short)).toEqual([]);
  });
});

describe('how things stand', () => {
  it('pool_exhausted: no connection at every look for five seconds', () => {
    const up = { poolUp: [1] };
    expect(briefly(alertsOf([...times(6, up), ...times(9)]))).toEqual([
      '6 pool_exhausted users -> shop',
    ]);
    expect(alertsOf([...times(5, up), ...times(9), ...times(5, up)])).toEqual([]);
  });

  it('memory: the fullest replica above 85% of its limit at every look for five seconds', () => {
    const full = { memory: [0.86, 0.2] };
    expect(briefly(alertsOf([...times(6, full), ...times(9)]))).toEqual(['6 memory shop']);
    expect(alertsOf([...times(5, full), ...times(9)])).toEqual([]);
    expect(alertsOf(times(20, { memory: [0.85, 0.85] }))).toEqual([]);
    const early = { memory: { above: 0.5, forNs: 0 } };
    expect(alertsOf(times(2, { memory: [0, 0.6] }), early)[0]?.text).toBe('db: memory is 60% full');
  });

  it('oldest_age: at once', () => {
    expect(briefly(alertsOf([...times(9), { oldest: [5.1, 5] }]))).toEqual(['10 oldest_age shop']);
  });
});

describe('breaker_flapping', () => {
  const of = (clients: number, opens: Record<number, number>, settings = {}) => {
    const bySecond = Float64Array.from({ length: 300 }, (_, t) => opens[t] ?? 0);
    return alertsOf(times(300), settings, { clients, openings: { 'users -> shop': bySecond } });
  };

  it('the third opening within a minute, at the end of its second', () => {
    expect(of(1, { 10: 1, 30: 1, 69: 1 })).toEqual([
      {
        at: 70,
        rule: 'breaker_flapping',
        component: 'users -> shop',
        value: 3,
        text: 'users -> shop: a breaker opened 3 times within the span',
        until: 70,
      },
    ]);
    expect(of(1, { 10: 1, 30: 1, 70: 1 })).toEqual([]);
    expect(briefly(of(1, { 10: 2 }, { breaker_flapping: { times: 2, withinNs: 5e9 } }))).toEqual([
      '11 breaker_flapping users -> shop',
    ]);
  });

  it('one trouble that opens the breakers of all clients is no flapping', () => {
    expect(of(10, { 10: 10, 40: 10 })).toEqual([]);
    expect(briefly(of(10, { 10: 10, 40: 10, 50: 9, 55: 1 }))).toEqual([
      '56 breaker_flapping users -> shop',
    ]);
  });

  it('is a new alert after half a minute without', () => {
    expect(briefly(of(1, { 1: 3, 100: 1, 200: 3 }))).toEqual([
      '2 breaker_flapping users -> shop',
      '201 breaker_flapping users -> shop',
    ]);
  });
});

describe('a queue that stands by itself', () => {
  it('is told of under its own name when it is nearly full, was full, or holds an old one', () => {
    expect(briefly(alertsOf(times(20, { queueFull: [0.9] })))).toEqual(['6 queue_depth orders']);
    expect(briefly(alertsOf(times(20, { queueWasFull: [1] })))).toEqual([
      '10 queue_ceiling orders',
    ]);
    expect(briefly(alertsOf(times(20, { queueOldest: [6] })))).toEqual(['1 oldest_age orders']);
  });

  it('is not told of without a bound', () => {
    expect(alertsOf(times(20, { queueFull: [NaN] }))).toEqual([]);
  });
});

describe('lag_growing', () => {
  const lags = (values: number[], came = 100) =>
    values.map((lag) => ({ lag: [lag], published: [came] }));
  const of = (values: number[], came = 100) => {
    return briefly(alertsOf(lags(values, came), { queue_ceiling: null }));
  };
  const seconds = (n: number, lag: (t: number) => number) =>
    Array.from({ length: n }, (_, t) => lag(t));

  it('is raised by a lag that rises, when two thirds of its minute have gone by since', () => {
    const [alert] = alertsOf(lags(seconds(200, (t) => 5 + 20 * Math.max(0, t - 100))));
    expect(alert).toMatchObject({ rule: 'lag_growing', component: 'orders' });
    expect(alert!.at).toBeGreaterThan(135);
    expect(alert!.at).toBeLessThan(150);
    expect(alert!.text).toMatch(/^orders: the lag grows by \d+(\.\d)?\/s$/);
  });

  it('is not raised by a batch each minute that is done before the next', () => {
    const batch = (t: number) => Math.max(0, 3000 - 100 * (t % 60));
    expect(of(seconds(600, batch))).toEqual([]);
    const onAndOff = (t: number) =>
      t % 60 < 25 ? 80 * (t % 60) : Math.max(0, 2000 - 80 * ((t % 60) - 25));
    expect(of(seconds(600, onAndOff))).toEqual([]);
  });

  it('is not raised by a lag that only wanders, and is over when that has fallen', () => {
    let at = 500;
    const wander = seconds(600, (t) => {
      at += ((t * 7919) % 29) - 14;
      return Math.max(0, at);
    });
    expect(of(wander)).toEqual([]);
    const hill = seconds(300, (t) => (t < 120 ? 50 * t : Math.max(0, 6000 - 100 * (t - 120))));
    const [alert] = alertsOf(lags(hill));
    expect(alert!.until).toBeGreaterThan(120);
    expect(alert!.until).toBeLessThan(180);
  });

  it('can be switched off, and looks as far back as it is told', () => {
    const rising = seconds(100, (t) => 100 * t);
    expect(alertsOf(lags(rising), { lag_growing: null })).toEqual([]);
    expect(alertsOf(lags(rising), { lag_growing: { overNs: 9e9 } })[0]!.at).toBeLessThan(12);
  });
});
