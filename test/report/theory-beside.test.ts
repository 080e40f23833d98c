import { describe, expect, it } from 'vitest';
import { theoryBesideSection } from '../../src/report/sections/theory-beside.js';
import { fixtureInput } from './fixture.js';

const none = { capacity: null, bottleneck: null, stable_below: null, reason: 'none' };
const text = (html: string): string =>
  html
    .replaceAll('<wbr>', '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('\u00a0', ' ')
    .replace(/\s+/g, ' ');

describe('theory beside simulation', () => {
  it('shows the form, its figure, the simulated one and its interval', () => {
    const figures = { goodput: 1, 'services.shop.wait.mean': 0.004 };
    const forms = [{ component: 'shop', form: 'M/M/1', figures }];
    const input = fixtureInput({ theory: { ...none, forms, refused: [] } });
    for (const policy of Object.values(input.result.policies)) {
      policy.metrics['services.shop.wait.mean'] = 0.00398;
      policy.intervals = { 'services.shop.wait.mean': [0.00395, 0.00402] };
    }
    const told = text(theoryBesideSection(input)!.text);
    expect(told).toContain(
      'services.shop.wait.mean unbounded M/M/1 4 ms 3.98 ms 3.95 ms – 4.02 ms',
    );
    expect(told).toContain('All 8 figures');
  });

  it('says why no form fits, a reason once and the first three at once', () => {
    const reasons = ['late', 'early', 'odd', 'even'].map((reason) => [
      { component: 'shop', reason },
      { component: 'db', reason },
    ]);
    const input = fixtureInput({ theory: { ...none, forms: [], refused: reasons.flat() } });
    const told = text(theoryBesideSection(input)!.text);
    expect(told).toContain(
      'No closed form fits: shop, db: late shop, db: early shop, db: odd 1 more',
    );
    expect(told.match(/late/g)).toHaveLength(1);
  });

  it('is left out of results that know nothing of it, and lets no name become markup', () => {
    expect(theoryBesideSection(fixtureInput())).toBeNull();
    const refused = [{ component: '<img>', reason: '<script>' }];
    const made = theoryBesideSection(fixtureInput({ theory: { ...none, refused } }))!.text;
    expect(made).not.toMatch(/<img|<script/);
  });
});
