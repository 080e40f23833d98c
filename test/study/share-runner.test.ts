import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/study/outcome.js';
import type { Runner } from '../../src/study/runner.js';
import { shareRunner } from '../../src/study/share-runner.js';
import type { Task } from '../../src/study/task.js';

/** A place of two that ends what it is told to, and notes what was begun. */
class Place implements Runner {
  readonly width = 2;
  readonly begun: string[] = [];
  readonly #ends = new Map<string, (outcome: Outcome) => void>();
  readonly #fails = new Map<string, (error: unknown) => void>();

  run(_: unknown, { seed }: Task): Promise<Outcome> {
    this.begun.push(seed);
    return new Promise((resolve, reject) => {
      this.#ends.set(seed, resolve);
      this.#fails.set(seed, reject);
    });
  }

  async end(seed: string): Promise<void> {
    this.#ends.get(seed)!({} as Outcome);
    await new Promise((resolve) => setTimeout(resolve));
  }

  async fail(seed: string): Promise<void> {
    this.#fails.get(seed)!(new Error(seed));
    await new Promise((resolve) => setTimeout(resolve));
  }
}

const task = (seed: string): Task => ({ seed }) as Task;
const tick = async (): Promise<boolean> => true;

describe('studies that share a place', () => {
  it('have no more under way together than it takes, the earlier study first', async () => {
    const place = new Place();
    const share = shareRunner(place);
    const [first, second] = [share(0), share(1)];
    expect([first.width, second.width]).toEqual([2, 2]);
    for (const seed of ['b1', 'b2', 'b3']) void second.run({} as never, task(seed), tick);
    for (const seed of ['a1', 'a2']) void first.run({} as never, task(seed), tick);
    expect(place.begun).toEqual(['b1', 'b2']);
    await place.end('b2');
    await place.end('b1');
    expect(place.begun).toEqual(['b1', 'b2', 'a1', 'a2']);
    await place.end('a1');
    expect(place.begun).toEqual(['b1', 'b2', 'a1', 'a2', 'b3']);
  });

  it('are told each what became of theirs; a failure makes room too', async () => {
    const place = new Place();
    const share = shareRunner(place);
    const runs = ['1', '2', '3'].map((seed) => share(0).run({} as never, task(seed), tick));
    const told = Promise.allSettled(runs);
    await place.fail('1');
    await place.end('2');
    await place.end('3');
    expect((await told).map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
  });
});
