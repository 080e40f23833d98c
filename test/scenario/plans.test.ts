import { describe, expect, it } from 'vitest';
import { cellsOf, planFor } from '../../src/scenario/index.js';
import { edge, small, sound } from './support.js';

describe('plans', () => {
  it('a cell is laid over everything else, by a dotted path', () => {
    const scenario = sound(
      small(`calls: { "* -> *": { retry: { attempts: 2 } } }
policies: { p: { calls: { "shop -> db": { retry: { attempts: 3 } } } } }
faults: [ { at: 1s, slow: db, factor: 2 } ]
sweep:
  load: [50%, 1]
  "calls.* -> *.retry.attempts": [1, 4]
  faults.0.factor: { from: 2, to: 4, step: 2 }`),
    );
    const cell = { load: 0.5, 'calls.* -> *.retry.attempts': 4, 'faults.0.factor': 4 };
    const plan = planFor(scenario, 'p', { cell });
    expect(edge(plan, 'shop -> db').retry?.attempts).toBe(4);
    expect(plan.faults[0]).toMatchObject({ factor: 4 });
    expect(plan.producers[0]?.arrivals).toMatchObject({ rate: [{ perSecond: 50 }] });
  });

  it('a cell may change one policy: its layer, under those that extend it', () => {
    const [network, factor] = [
      'policies.far.calls.* -> db.network',
      'policies.far.faults.0.factor',
    ];
    const scenario = sound(
      small(`policies:
  near: {}
  far: { calls: { "* -> db": { network: 5ms } }, faults: [ { at: 1s, slow: db, factor: 2 } ] }
  farther: { extends: far, calls: { "shop -> db": { timeout: 1s } } }
  fixed: { extends: far, calls: { "shop -> db": { network: 7ms } } }
sweep: { "${network}": [1ms], ${factor}: [3] }`),
    );
    const [cell] = cellsOf(scenario);
    const told = ['near', 'far', 'farther', 'fixed'].map((policy) => {
      const plan = planFor(scenario, policy, { cell });
      return [edge(plan, 'shop -> db').network, plan.faults.map((fault) => fault)];
    });
    const struck = [expect.objectContaining({ factor: 3 })];
    expect(told).toEqual([
      [null, []],
      [{ kind: 'constant', ns: 1e6 }, struck],
      [{ kind: 'constant', ns: 1e6 }, struck],
      [{ kind: 'constant', ns: 7e6 }, struck],
    ]);
  });

  it('a cell may switch something on and off', () => {
    const path = 'services.shop.deadline_check';
    const scenario = sound(small(`sweep: { ${path}: [true, false] }`));
    expect(cellsOf(scenario)).toEqual([{ [path]: 'true' }, { [path]: 'false' }]);
    const checks = cellsOf(scenario).map(
      (cell) => planFor(scenario, 'base', { cell }).components[0]?.deadlineCheck,
    );
    expect(checks).toEqual([true, false]);
  });

  it('load times open rates and the users of closed', () => {
    const closed = small().replace('100/s', '{ closed: { users: 5, think: 1s } }');
    const plan = planFor(sound(closed), 'base', { load: 1.5 });
    expect(plan.producers[0]?.arrivals).toMatchObject({ users: 8 });
    const open = planFor(sound(small()), 'base', { load: 2, cell: { load: '50%' } });
    expect(open.producers[0]?.arrivals).toMatchObject({ rate: [{ perSecond: 100 }] });
  });

  it('a run may be planned without its faults and with another seed', () => {
    const scenario = sound(small('faults: [ { at: 1s, pause: db } ]'));
    const plan = planFor(scenario, 'base', { withoutFaults: true, seed: '42/3' });
    expect(plan.faults).toEqual([]);
    expect(plan.seed).toBe('42/3');
  });

  it('presets may be laid over any scenario', () => {
    const plan = planFor(sound(small()), 'retry-budget');
    expect(edge(plan, 'shop -> db').retry).toMatchObject({ attempts: 4, budget: { share: 0.1 } });
  });
});
