import { describe, expect, it } from 'vitest';
import { cascadeSection } from '../../src/report/sections/cascade.js';
import { toldOf } from '../../src/report/told.js';
import type { Alert, PolicyResult } from '../../src/study/result.js';
import { fixtureInput } from './fixture.js';

function policy(name: string, change: Partial<PolicyResult> = {}): PolicyResult {
  return { ...fixtureInput().result.policies[name]!, ...change };
}

const texts = (of: PolicyResult): string[] => toldOf(of).map(({ text }) => text);

const alert = (at: number, rule: string, component: string): Alert => {
  return { at, rule, component, value: 1, text: `${component}: much`, until: null };
};

describe('what is told of a policy', () => {
  it('stands in the order of time: faults, the cascade, alerts, scaling, and how it ended', () => {
    const told = toldOf(
      policy('retry-budget', {
        alerts: [alert(63, 'failures', 'gateway')],
        scalings: [
          { at: 64, component: 'checkout', from: 1, to: 2, text: 'checkout: from 1 to 2' },
        ],
      }),
    );
    expect(told.map(({ at, kind }) => [at, kind])).toEqual([
      [60, 'fault'],
      [61.2, 'cascade'],
      [63, 'alert'],
      [64, 'scaling'],
      [120, 'fault'],
      [124, 'end'],
    ]);
    expect(told.at(-1)?.text).toBe('Recovered, 4\u00a0s after the last fault ended');
    expect(told[1]).toMatchObject({ component: 'payments-db' });
    expect(told[1]?.text).toMatch(/^payments-db: all 50/);
  });

  it('ends with the verdict where it did not end well', () => {
    expect(toldOf(policy('retry-storm')).at(-1)).toEqual({
      at: 300,
      kind: 'bad-end',
      text: 'The run ends: metastable',
    });
  });

  it('names a rule when it was first raised, and where else it was', () => {
    const alerts = ['gateway', 'api', 'db', 'api', 'stock', 'bank'].map((name, index) =>
      alert(61 + index, 'oldest_age', name),
    );
    const said = texts(policy('unbounded', { alerts })).filter((text) => /^Alert/.test(text));
    expect(said).toEqual(['Alert oldest_age: gateway: much; then also api, db, stock and 1 more']);
  });

  it('leaves out what was over before anything went wrong', () => {
    const early = { ...alert(5, 'failures', 'gateway'), until: 9 };
    expect(texts(policy('unbounded', { alerts: [early] })).join()).not.toContain('Alert');
  });

  it('tells a fault that comes again and again three times, and how often more', () => {
    const faults = Array.from({ length: 20 }, (_, index) => {
      return { from: index * 10, to: index * 10 + 5, text: 'errors db 5%' };
    });
    const said = texts(policy('unbounded', { faults })).filter((text) => /errors db/.test(text));
    expect(said).toHaveLength(6);
    expect(said.at(-1)).toBe(
      'Fault ends: errors db 5%, and 17 times more, the last at 3\u00a0min 10\u00a0s',
    );
  });
});

describe('the section of the cascade', () => {
  it('says of every entry when it was, for the script as for the reader', () => {
    const page = cascadeSection(fixtureInput()).text;
    expect(page.match(/<article data-policy="\d"/g)).toHaveLength(4);
    expect(page).toContain(
      '<li class="cascade" data-at="61.2"><span class="time">61.2\u00a0s</span>',
    );
    expect(page).toContain('<li class="bad-end" data-at="300">');
  });
});
