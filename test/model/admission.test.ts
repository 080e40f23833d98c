import { describe, expect, it } from 'vitest';
import { figure, figures, planOf, run, runText, seriesOf } from './kit.js';

/** One service with rules, and who sends to it. */
const shop = (
  admission: string,
  { arrivals = 'constant: 10/s', workers = 1, work = '100ms', more = '', length = '10s' } = {},
): string => `
duration: ${length}
producers: { users: { arrivals: { ${arrivals} }, to: shop } }
services:
  shop: { workers: ${workers}, admission: [ ${admission} ], ${more} handler: [ { work: ${work} } ] }
`;

describe('rules of admission', () => {
  it('a rate limit lets its rate and burst through, and the rest is rejected', () => {
    const ends = runText(
      shop('{ rate_limit: { rate: 2/s, burst: 5 } }', { workers: 100, work: '1ms' }),
    );
    // 5 at once, then 2 a second, of 10 a second from 0.1 s on, the last at 10 s.
    expect(figure(ends, 'services.shop.rejected')).toBe(75);
    expect(ends.ledger.failed).toEqual({ rejected: 75 });
    expect(figure(ends, 'services.shop.arrivals')).toBe(99);
  });
});
