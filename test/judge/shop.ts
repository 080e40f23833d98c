import type { Account, View } from '../../src/judge/evaluate.js';
import { knownFigures } from '../../src/judge/figures.js';
import { readExpectation } from '../../src/judge/reading.js';
import { mark, s, verdict } from './sample.js';

/** A shop with two policies, and what one run of each has to say for itself. */

export const known = knownFigures(
  {
    producers: ['users'],
    services: ['gateway', 'checkout'],
    dependencies: ['payments-db'],
    edges: ['users -> gateway', 'gateway -> payments-db', 'gateway/pay -> checkout'],
    routes: { gateway: ['pay'] },
  },
  ['base', 'retry-storm'],
  s(300),
);

export function understood(that: string) {
  const read = readExpectation(that, known);
  if (!read.ok) throw read.mistakes[0];
  return read.expectation;
}

export function account(more: Partial<Account> = {}): Account {
  return {
    measured: {
      metrics: {
        goodput: 300,
        goodput_ratio: 0.04,
        offered: null,
        amplification: 3.5,
        'latency.p99': 0.25,
        'services.checkout.queue.depth.max': 100,
        'services.gateway.routes.pay.arrivals': 7,
        'calls.gateway -> payments-db.attempts': 1200,
        'calls.gateway/pay -> checkout.attempts': 5,
      },
      notes: { offered: 'the run ended within its warm-up' },
      windows: { '90000000000..120000000000': { goodput_ratio: 0.5 } },
      series: { step: 0.1, goodput: [1, 2, 3, 4], 'latency.p50': [null, 0.5] },
    },
    verdict: verdict({
      is: 'metastable',
      recovered: false,
      first_saturated: 'payments-db',
      cascade: [{ at: 61.5, component: mark('payments-db', 0).component, what: '', text: '' }],
    }),
    alerts: [
      { at: 20, rule: 'queue_depth', component: 'checkout', value: 0.9, text: '', until: 30 },
      { at: 63, rule: 'queue_depth', component: 'checkout', value: 0.9, text: '', until: null },
    ],
    firstFaultNs: s(60),
    ...more,
  };
}

export const view: View = {
  base: account(),
  'retry-storm': account({
    measured: { ...account().measured, metrics: { goodput: 100, offered: null } },
    verdict: verdict({ is: 'recovered', recovered: true, recovery_time: 12 }),
  }),
};
