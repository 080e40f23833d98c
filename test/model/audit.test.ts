import { describe, expect, it } from 'vitest';
import { World } from '../../src/model/index.js';
import { figure, planOf, run } from './kit.js';

const OPTIONS = { stepNs: 1e9, windows: [], memoryLimitBytes: 8e9 };

const shop = `
seed: 4
duration: 20s
producers: { users: { arrivals: 30/s, to: gateway/pay } }
services:
  gateway: { workers: 9, handler: { pay: [ { work: { exponential: 5ms } }, { parallel: [ { call: desk }, { call: db } ], need: 1 } ] } }
  desk: { workers: 1, queue: { capacity: 2, when_full: block }, handler: [ { work: { exponential: 40ms } } ] }
dependencies: { db: { workers: 2, replicas: 2, handler: [ { work: { exponential: 60ms } }, { fail: 10% } ] } }
calls: { "* -> *": { network: { exponential: 3ms }, timeout: 120ms, retry: { attempts: 3 } } }
faults: [ { at: 5s, for: 2s, pause: desk }, { at: 9s, for: 3s, slow: db, factor: 4 } ]`;

describe('the audit at the end of a run', () => {
  it('holds wherever the run is stopped, in the midst of a nanosecond too', () => {
    for (let events = 1; events < 4000; events += 37) {
      const world = new World(planOf(shop), OPTIONS);
      world.advance(events);
      world.stop('interrupted');
      const { ledger, stopped, endNs } = world.measured();
      expect(stopped).toEqual({ why: 'interrupted', atNs: endNs, text: 'interrupted' });
      const failed = Object.values(ledger.failed).reduce((a, b) => a + b, 0);
      expect(ledger.offered).toBe(ledger.good + ledger.late + failed + ledger.unfinished);
    }
  });

  it('finds a book that was tampered with', () => {
    const tampered = (change: (world: World) => void): (() => unknown) => {
      const world = new World(planOf(shop), OPTIONS);
      world.advance(2000);
      change(world);
      world.stop('interrupted');
      return () => world.measured();
    };
    const lost = (world: World): void => {
      // An attempt that nobody sent arrives at the gateway.
      world.services.arrive(0);
    };
    expect(tampered(() => undefined)).not.toThrow();
    expect(tampered(lost)).toThrow(/does not balance|Little's law/);
  });

  it('what ended at the very nanosecond of the stop is in the figures', () => {
    const world = new World(
      planOf(`
duration: 20s
producers: { users: { arrivals: { constant: 1/s }, to: desk } }
services: { desk: { workers: 1 } }`),
      OPTIONS,
    );
    while (world.nowNs < 2e9 || world.events % 4 !== 0) world.advance(1);
    world.stop('interrupted');
    const { endNs, ledger, notes } = world.measured();
    expect({ endNs, good: ledger.good }).toEqual({ endNs: 2e9, good: 2 });
    expect(notes['latency.p50']).toBe('2 samples, 20 needed');
  });

  it('a run that takes more memory than it may is stopped with the arithmetic, and keeps what it has', () => {
    const plan = planOf(`
duration: 600s
producers: { users: { arrivals: { constant: 10000/s }, to: desk } }
services: { desk: { workers: 1, handler: [ { work: 10ms } ] } }`);
    const world = new World(plan, { ...OPTIONS, memoryLimitBytes: 40e6 });
    while (!world.advance(100_000));
    const { stopped, ledger } = world.measured();
    expect(stopped!.why).toBe('memory');
    expect(stopped!.text).toMatch(/attempts and .* calls under way .* MB.* limit is 40 MB/);
    expect(ledger.unfinished).toBeGreaterThan(100_000);
    expect(ledger.offered).toBe(ledger.good + ledger.unfinished);
  });

  it('costs nothing a run can see: looked at early and often or once, the figures agree', () => {
    const [one, other] = [3, 1e6].map((slice) => run(planOf(shop), { slice }));
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
    expect(figure(one!, 'offered')).toBeGreaterThan(25);
  });
});
