import { describe, expect, it } from 'vitest';
import type { HealthPlan } from '../../src/model/plan.js';
import { loadScenario, planFor, understood } from '../../src/scenario/index.js';
import { mistakes, small } from './support.js';

/** A scenario whose shop, of four replicas, is checked so. */
const checked = (health: string, more = 'replicas: 4, '): string => `spillway: 1
duration: 10s
producers: { users: { arrivals: 10/s, to: shop } }
services: { shop: { ${more}workers: 2, health: ${health}, handler: [ { work: 5ms } ] } }
`;

function planned(text: string): HealthPlan | null {
  const { scenario, issues } = loadScenario({ text, file: 'test.yaml' });
  if (scenario === null) throw new Error(issues.map(({ message }) => message).join('\n'));
  return planFor(scenario, 'base').components[0]!.health;
}

describe('health checks', () => {
  it('are those of the language where nothing is said', () => {
    expect(planned(checked('{}'))).toEqual({
      periodNs: 5e9,
      timeoutNs: 1e9,
      unhealthyAfter: 3,
      healthyAfter: 2,
      via: 'queue',
      then: 'eject',
      panic: 0.5,
      work: null,
      restartNs: 10e9,
    });
  });

  it('are left off with none, and where nobody asks for them', () => {
    expect(planned(checked('none'))).toBe(null);
    expect(planned(checked('null'))).toBe(null);
  });

  it('never panic with none', () => {
    expect(planned(checked('{ panic: none }'))?.panic).toBe(0);
  });

  it('are told by validate', () => {
    const text = (health: string): string => {
      const { scenario } = loadScenario({ text: checked(health), file: 'test.yaml' });
      return scenario === null ? '' : understood(scenario);
    };
    expect(text('{ via: bypass }')).toContain(
      'checked around the queue every 5s, 1s to answer; ejected after 3 failures, back after 2, ' +
        'all used below 50% healthy',
    );
    expect(text('{ work: 1ms, then: restart, restart: 4s }')).toContain(
      'checked through the queue with 1ms of work every 5s, 1s to answer; restarted in 4s after 3 ' +
        'failures',
    );
  });

  it.each([
    ['work around the queue', '{ via: bypass, work: 1ms }', 'no worker to do any work'],
    ['no period', '{ period: 0s }', 'under a millisecond'],
    ['no time to answer', '{ timeout: 0s }', 'under a millisecond'],
    ['no failures', '{ unhealthy_after: 0 }', 'expected a whole number of at least 1'],
    ['no successes', '{ healthy_after: 0 }', 'expected a whole number of at least 1'],
    ['another way', '{ via: door }', 'queue'],
    ['a bare number', '{ period: 5 }', 'unit'],
    ['an unknown key', '{ perod: 5s }', 'period'],
  ])('with %s are refused', (_, health, told) => {
    expect(mistakes(checked(health)).join('\n')).toContain(told);
  });

  it.each([
    ['a restart of nobody', '{ restart: 5s }', 'restart has no effect'],
    ['successes of who is killed', '{ then: restart, healthy_after: 3 }', 'healthy_after has no'],
    ['panic over who is killed', '{ then: restart, panic: 50% }', 'panic has no effect'],
  ])('with %s are warned of', (_, health, told) => {
    const { scenario, issues } = loadScenario({ text: checked(health), file: 'test.yaml' });
    expect(scenario).not.toBe(null);
    expect(issues.map(({ message }) => message).join('\n')).toContain(told);
  });

  it('that eject the only replica are warned of, unless that leaves nobody', () => {
    const told = (health: string) =>
      loadScenario({ text: checked(health, ''), file: 'test.yaml' }).issues.map(({ code }) => code);
    expect(told('{}')).toContain('no_effect');
    expect(told('{ panic: none }')).not.toContain('no_effect');
    expect(told('{ then: restart }')).not.toContain('no_effect');
  });

  it('are read in dependencies and policies too', () => {
    const policy = 'policies: { checked: { services: { "*": { health: { via: bypass } } } } }';
    expect(mistakes(small(policy))).toEqual([]);
  });
});
