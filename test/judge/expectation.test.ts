import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/judge/evaluate.js';
import { readExpectation } from '../../src/judge/reading.js';
import { account, known, understood, view } from './shop.js';

const judged = (that: string, policy: string | null = 'base') =>
  evaluate(understood(that), policy, view);

const TRUE = [
  'goodput > 299/s',
  'goodput >= 300/s',
  'goodput==300/s',
  'goodput != 0',
  '18000/m == goodput',
  'goodput > 1.5 * goodput(retry-storm)',
  'goodput within 1% of 3 * goodput(retry-storm)',
  'goodput within 2% of 305/s',
  'goodput_ratio < 5%',
  'goodput_ratio < 0.05',
  'goodput_ratio @ 90s..120s >= 50%',
  'goodput_ratio @ 1m30s..2m == 0.5',
  'goodput @ 300ms == 4/s',
  'goodput @ 299ms == 3/s',
  'goodput(retry-storm) @ 0s == 1/s',
  'latency.p50 @ 0s == null',
  'latency.p50 @ 100ms == 500ms',
  'latency.p99 <= 250ms',
  'latency.p99 < 3e2 * latency.p99',
  'amplification > 3',
  'amplification > 300%',
  'services.checkout.queue.depth.max == 100',
  'services.gateway.routes.pay.arrivals == 7',
  'calls.gateway -> payments-db.attempts == 1200',
  'calls.gateway->payments-db.attempts == 1200',
  'calls.gateway/pay -> checkout.attempts == 5',
  'verdict == metastable',
  'metastable == verdict',
  'verdict(retry-storm) == recovered',
  'verdict != verdict(retry-storm)',
  'first_saturated == payments-db',
  'first_saturated(retry-storm) == null',
  'recovered == false',
  'recovered != recovered(retry-storm)',
  'recovery_time == null',
  'recovery_time(retry-storm) < 30s',
  'recovery_time(retry-storm) != null',
  'deadlock == null',
  'contained == null',
  'cascade.payments-db == 1.5s',
  'cascade.gateway == null',
  // What was over before the first fault is noise.
  'alerts.queue_depth == 3s',
  'alerts.failures == null',
  'offered == null',
];

const FALSE = [
  'goodput < 300/s',
  'goodput within 1% of 305/s',
  'recovery_time < 30s',
  'recovery_time > 30s',
  'recovery_time != 30s',
  'recovery_time == 30s',
  'recovery_time within 50% of 30s',
  'offered == offered(retry-storm)',
  'offered != goodput',
  'goodput == null',
  'offered != null',
  'contained == true',
  'contained != true',
  'cascade.gateway < 10s',
  'latency.p50 @ 200s == 1s',
  'first_saturated != payments-db',
];

describe('what an expectation says', () => {
  it.each(TRUE)('%s holds', (that) => {
    expect(judged(that).passed).toBe(true);
  });

  it.each(FALSE)('%s fails', (that) => {
    expect(judged(that).passed).toBe(false);
  });

  it('gives the left side as the actual value, and what was measured on the right', () => {
    expect(judged('goodput > 5 * goodput(retry-storm)')).toEqual({
      passed: false,
      actual: 300,
      limit: 500,
      detail: '5 * goodput(retry-storm) is 500',
    });
    expect(judged('2 * goodput > 500/s')).toEqual({
      passed: true,
      actual: 600,
      limit: 500,
    });
    expect(judged('verdict == recovered').actual).toBe('metastable');
  });

  it('knows how many replicas there are where none comes or goes, and there is no series', () => {
    const measured = { ...account().measured, metrics: { 'services.gateway.replicas.mean': 3 } };
    const shop = { base: account({ measured }) };
    const three = understood('services.gateway.replicas @ 1s == 3');
    expect(evaluate(three, 'base', shop)).toMatchObject({ passed: true, actual: 3 });
  });

  it('says why a figure is null', () => {
    expect(judged('offered > 5/s').detail).toBe(
      'offered is null: the run ended within its warm-up',
    );
    expect(evaluate(understood('goodput > 5/s'), 'base', {}).detail).toBe(
      'goodput is null: policy base was not run',
    );
    expect(judged('cascade.gateway < 10s').detail).toBe(
      'cascade.gateway is null: gateway never came into trouble',
    );
    expect(judged('alerts.failures < 10s').detail).toMatch(/no alert failures was raised/);
    expect(judged('latency.p50 @ 0s < 1s').detail).toMatch(/nothing was measured at that moment/);
    expect(judged('goodput @ 90s..120s > 1/s').detail).toMatch(/too little was measured in that/);
    expect(judged('services.gateway.memory @ 1s < 1GiB').detail).toMatch(/nothing of that kind/);
  });
});

// What is written, the piece at fault, and what is said.
const MISTAKES: [that: string, at: string, says: string][] = [
  ['', '', 'expected a value or the name of a metric, found the end of the text'],
  ['goodput', '', 'expected one of < <= > >= == !=, or "within 2% of", found the end of the text'],
  ['goodput = 5/s', '= 5/s', 'expected one of < <= > >= == !='],
  ['goodput >', '', 'expected a value or the name of a metric'],
  ['goodput > 5/s 6', '6', 'expected the end of the expectation, found "6"'],
  ['goodput > 5/fortnight', '5/fortnight', 'expected a value such as 10ms, 900/s'],
  ['latency.p99 < 5 ms', 'ms', 'expected the end of the expectation, found "ms"'],
  ['latency.p99 < 5s3m', '5s3m', 'expected a value such as'],
  ['2% * goodput > 1/s', '2%', 'expected a bare number before *'],
  ['goodput within 5s of 3/s', '5s', 'expected a share such as 2%'],
  ['goodput within 2% 3/s', '3/s', 'expected "of"'],
  ['goodput( > 3/s', '> 3/s', 'expected the name of a policy'],
  ['goodput(base > 3/s', '> 3/s', 'expected ")" after the policy'],
  ['goodput @ soon > 3/s', 'soon', 'expected a duration such as 90s or 10m'],
  ['goodput @ 5 > 3/s', '5 >', 'expected a duration'],
  ['goodput @ 120s..90s > 3/s', '120s', 'expected a window that ends after it begins'],
  ['goodput. > 3/s', '> 3/s', 'expected a name'],
  ['calls.* -> checkout.attempts > 3', '* ->', '(no wildcards here)'],
  ['calls.gateway.attempts > 3', '.attempts', 'expected "->" between caller and callee'],
  [
    'godput > 5/s',
    'godput',
    'unknown: expected the name of a metric, found "godput" (did you mean goodput?)',
  ],
  [
    'services.chekout.arrivals > 5',
    'services.chekout',
    '(did you mean services.checkout.arrivals?)',
  ],
  ['services.checkout.queue.max > 5', 'services', '(did you mean services.checkout.queue.'],
  ['calls.gateway -> checkout.attempts > 3', 'calls', 'found "calls.gateway -> checkout.attempts"'],
  ['goodput(retry-strom) > 5/s', 'retry-strom', '(did you mean retry-storm?)'],
  ['cascade.payment-db < 5s', 'payment-db', '(did you mean payments-db?)'],
  ['verdict == metastabel', 'metastabel', 'expected one of unharmed, recovered,'],
  ['first_saturated == chekout', 'chekout', '(did you mean checkout?)'],
  ['constructor > 5', 'constructor', 'found "constructor"'],
  ['queues.orders.lag.max < 5', 'queues', 'found "queues.orders.lag.max"'],
  ['commits.paid.duplicates == 0', 'commits', 'found "commits.paid.duplicates"'],
  ['alerts.queue_deth < 5s', 'queue_deth', '(did you mean queue_depth?)'],
  ['alerts.failures @ 5s < 5s', '5s', 'expected no window: alerts.failures is of'],
  ['services.gateway.drain_time < 1s', 'services', 'not yet: metric services.gateway.drain_time'],
  ['services.gateway.memory.max < 5s', '5s', 'expected a value with its unit, such as 64KiB'],
  ['goodput > 300', '300', 'cannot compare these: expected a value with its unit, such as 900/s'],
  ['latency.p99 < 5%', '5%', 'expected a value with its unit, such as 250ms'],
  ['goodput_ratio < 95', '95', 'expected a share from 0 to 1, such as 0.95 or 95%, found "95"'],
  ['services.gateway.utilization > 2', '2', 'expected a share from 0 to 1'],
  ['recovered > true', 'recovered', 'expected two numbers'],
  ['recovered == 5s', '5s', 'expected a boolean here, as on the other side'],
  ['goodput == true', 'true', 'expected a number here'],
  ['2 * recovered == true', '2 * recovered', 'expected no factor before what is not a number'],
  ['goodput < null', 'null', 'expected two numbers'],
  ['5s < 6s', '5s', 'expected a metric on one side at least'],
  ['queue == metastable', 'queue', 'found "queue"'],
  ['verdict @ 5s == recovered', '5s', 'no figure for this time: expected no window: verdict is of'],
  ['goodput @ 300s > 1/s', '300s', 'expected a time within the 300 s of the run'],
  ['goodput @ 200s..301s > 1/s', '200s..301s', 'expected a time within the 300 s of the run'],
  ['wasted_work @ 20s > 1%', 'wasted_work', 'expected the name of a series'],
  ['attempts > 1/s', 'attempts', 'expected a moment after the series attempts'],
  ['attempts @ 1s..2s > 1/s', '1s..2s', 'expected a moment after the series attempts'],
];

describe('what an expectation cannot say', () => {
  it.each(MISTAKES)('%s', (that, at, says) => {
    const read = readExpectation(that, known);
    if (read.ok) throw new Error('it was understood');
    const mistake = read.mistakes[0];
    expect(mistake.message).toContain(says);
    expect(that.slice(mistake.place.from)).toMatch(startsWith(at));
  });

  it('tells what is wrong on both sides at once', () => {
    const read = readExpectation('godput > latency.p98', known);
    expect(read.ok ? [] : read.mistakes.map(({ nearest }) => nearest)).toEqual([
      'goodput',
      'latency.p90',
    ]);
  });
});

function startsWith(text: string): RegExp {
  return text === '' ? /^$/ : new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
}
