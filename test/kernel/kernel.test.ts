import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Actor, Kernel, ROWS_MAX } from '../../src/kernel/kernel.js';

const full = process.env['SPILLWAY_FULL'] === '1';

/** What an event does next: schedule others, set timers, cancel the n-th timer set before. */
type Deed =
  | { do: 'at'; inNs: number }
  | { do: 'post' }
  | { do: 'timer'; delay: number }
  | { do: 'cancel'; which: number };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ do: fc.constant('at' as const), inNs: fc.nat(6) }),
  fc.record({ do: fc.constant('post' as const) }),
  fc.record({ do: fc.constant('timer' as const), delay: fc.constantFrom(1, 2, 3, 5) }),
  fc.record({ do: fc.constant('cancel' as const), which: fc.nat(30) }),
);
const deeds = fc.array(fc.array(deed, { maxLength: 4 }), { minLength: 1, maxLength: 80 });

/** The kernel's promise, kept by the simplest means: search the whole list for the first. */
class Plain {
  now = 0;
  private rows: { time: number; order: number; row: number; timer: number }[] = [];
  private order = 0;
  private timers = 0;

  at(time: number, row: number): void {
    this.rows.push({ time, order: this.order++, row, timer: -1 });
  }

  setTimer(delay: number, row: number): number {
    const timer = this.timers++;
    this.rows.push({ time: this.now + delay, order: this.order++, row, timer });
    return timer;
  }

  cancel(timer: number): void {
    this.rows = this.rows.filter((row) => row.timer !== timer);
  }

  run(until: number, act: (row: number) => void): void {
    for (;;) {
      const first = this.rows
        .filter((row) => row.time < until)
        .sort((a, b) => a.time - b.time || a.order - b.order)[0];
      if (first === undefined) break;
      this.rows = this.rows.filter((row) => row !== first);
      this.now = first.time;
      act(first.row);
    }
    this.now = until;
  }
}

interface World {
  now(): number;
  at(time: number, row: number): void;
  post(row: number): void;
  /** Returns what cancels it. */
  timer(delay: number, row: number): () => void;
}

/** Does the deeds of one event after another; every event has a row of its own. */
class Play {
  readonly log: string[] = [];
  private rows = 0;
  private readonly timers = new Map<number, () => void>();

  constructor(
    private readonly script: readonly (readonly Deed[])[],
    private readonly world: World,
  ) {
    this.perform();
  }

  happened(row: number): void {
    this.log.push(`${row}@${this.world.now()}`);
    this.timers.delete(row);
    this.perform();
  }

  private step = 0;

  private perform(): void {
    for (const what of this.script[this.step++] ?? []) this.one(what);
  }

  private one(what: Deed): void {
    const { world } = this;
    if (what.do === 'cancel') {
      const cancel = this.timers.get(what.which);
      this.timers.delete(what.which);
      cancel?.();
      return;
    }
    const row = this.rows++;
    if (what.do === 'at') world.at(world.now() + what.inNs, row);
    else if (what.do === 'post') world.post(row);
    else this.timers.set(row, world.timer(what.delay, row));
  }
}

function onKernel(script: readonly (readonly Deed[])[], cuts: readonly number[]): string[] {
  const kernel = new Kernel();
  const play = new Play(script, {
    now: () => kernel.now,
    at: (time, row) => kernel.at(time, 1, row),
    post: (row) => kernel.post(2, row),
    timer: (delay, row) => {
      const timer = kernel.setTimer(kernel.lineFor(delay), 3, row);
      return () => kernel.cancelTimer(timer);
    },
  });
  const actor: Actor = { act: (_, row) => play.happened(row) };
  let cut = 0;
  for (const until of [3, 4, 1000]) {
    if (cuts.length === 0) kernel.run(until, actor);
    else while (kernel.run(until, actor, cuts[cut++ % cuts.length]!) === 0);
    play.log.push(`border ${kernel.now}`);
  }
  return play.log;
}

function onPaper(script: readonly (readonly Deed[])[]): string[] {
  const plain = new Plain();
  const play = new Play(script, {
    now: () => plain.now,
    at: (time, row) => plain.at(time, row),
    post: (row) => plain.at(plain.now, row),
    timer: (delay, row) => {
      const timer = plain.setTimer(delay, row);
      return () => plain.cancel(timer);
    },
  });
  for (const until of [3, 4, 1000]) {
    plain.run(until, (row) => play.happened(row));
    play.log.push(`border ${plain.now}`);
  }
  return play.log;
}

describe('the order of events', () => {
  it('is by time, and at one time by when they were scheduled: events, posts, timers, cancels', () => {
    fc.assert(
      fc.property(deeds, (script) => {
        expect(onKernel(script, [])).toEqual(onPaper(script));
      }),
      { numRuns: full ? 5000 : 500 },
    );
  });

  it('is the same however the run is cut into slices', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(deeds, cuts, (script, slices) => {
        expect(onKernel(script, slices)).toEqual(onPaper(script));
      }),
      { numRuns: full ? 2000 : 200 },
    );
  });

  it('a post comes behind everything that was scheduled for this nanosecond before', () => {
    const kernel = new Kernel();
    const order: number[] = [];
    kernel.at(5, 1, 0);
    kernel.at(5, 1, 1);
    kernel.run(6, {
      act: (_, row) => {
        order.push(row);
        if (row === 0) {
          kernel.post(1, 2);
          kernel.at(5, 1, 3);
        }
      },
    });
    expect(order).toEqual([0, 1, 2, 3]);
  });

  it('a hundred thousand posts at one time keep their order while they go on posting', () => {
    const kernel = new Kernel();
    const many = full ? 1_000_000 : 100_000;
    let next = 0;
    let wrong = 0;
    let posted = 1;
    kernel.post(1, 0);
    kernel.run(1, {
      act: (_, row) => {
        if (row !== next++) wrong++;
        for (let i = 0; i < 3 && posted < many; i++) kernel.post(1, posted++);
      },
    });
    expect({ wrong, next }).toEqual({ wrong: 0, next: many });
  });

  it('kinds 0 to 30 and rows up to the greatest come as they were given, by every way', () => {
    const kernel = new Kernel();
    const rows = [0, 1, ROWS_MAX - 1];
    const kinds = [0, 30];
    const line = kernel.lineFor(9);
    for (const row of rows) {
      for (const kind of kinds) {
        kernel.at(9, kind, row);
        kernel.post(kind, row);
        kernel.setTimer(line, kind, row);
      }
    }
    const seen: string[] = [];
    kernel.run(10, { act: (kind, row) => seen.push(`${kind}/${row}@${kernel.now}`) });
    const all = rows.flatMap((row) => kinds.map((kind) => `${kind}/${row}`));
    expect(seen.slice(0, 6)).toEqual(all.map((one) => `${one}@0`));
    expect(seen.slice(6)).toEqual(all.flatMap((one) => [`${one}@9`, `${one}@9`]));
  });
});

describe('the clock', () => {
  it('only moves forward: an event before now is refused, and so is one at no time', () => {
    const kernel = new Kernel();
    kernel.run(10, { act: () => undefined });
    expect(kernel.now).toBe(10);
    expect(() => kernel.at(9, 4, 0)).toThrow('the clock only moves forward');
    expect(() => kernel.at(NaN, 4, 0)).toThrow('the clock only moves forward');
    kernel.at(10, 4, 0);
    expect(kernel.nextTime()).toBe(10);
  });

  it('stands at the border after a run, and what is at the border happens in the next', () => {
    const kernel = new Kernel();
    const seen: number[] = [];
    const actor: Actor = { act: () => seen.push(kernel.now) };
    kernel.at(10, 1, 0);
    kernel.run(10, actor);
    expect([seen, kernel.now, kernel.nextTime()]).toEqual([[], 10, 10]);
    kernel.run(11, actor);
    expect([seen, kernel.now, kernel.nextTime()]).toEqual([[10], 11, Infinity]);
  });

  it('does not move to the border while the budget is spent before', () => {
    const kernel = new Kernel();
    const seen: number[] = [];
    const actor: Actor = { act: () => seen.push(kernel.now) };
    for (const at of [1, 2, 3]) kernel.at(at, 1, 0);
    expect([kernel.run(10, actor, 2), kernel.now]).toEqual([0, 2]);
    expect([kernel.run(10, actor, 5), kernel.now]).toEqual([4, 10]);
    expect(seen).toEqual([1, 2, 3]);
  });

  it('cancelled timers cost no budget', () => {
    const kernel = new Kernel();
    const line = kernel.lineFor(3);
    const timers = [0, 1, 2].map((row) => kernel.setTimer(line, 1, row));
    kernel.cancelTimer(timers[0]!);
    kernel.cancelTimer(timers[1]!);
    expect(kernel.run(10, { act: () => undefined }, 5)).toBe(4);
  });

  it('halt ends the run when the event at hand is done, and the next run goes on', () => {
    const kernel = new Kernel();
    const seen: number[] = [];
    const actor: Actor = {
      act: (_, row) => {
        seen.push(row);
        if (row === 1) kernel.halt();
      },
    };
    for (const row of [0, 1, 2]) kernel.at(row + 1, 1, row);
    expect([kernel.run(10, actor), kernel.now, seen]).toEqual([0, 2, [0, 1]]);
    expect([kernel.run(10, actor, 7), kernel.now, seen]).toEqual([6, 10, [0, 1, 2]]);
  });
});

describe('a million pending', () => {
  it('events, posts and timers come in order', () => {
    const kernel = new Kernel();
    const line = kernel.lineFor(500_000);
    const third = 333_334;
    for (let i = 0; i < third; i++) {
      kernel.at(1 + ((i * 7919) % 1_000_003), 1, i);
      kernel.setTimer(line, 2, i);
      kernel.post(3, i);
    }
    let before = -1;
    let wrong = 0;
    const seen = [0, 0, 0, 0];
    kernel.run(2_000_000, {
      act: (kind) => {
        if (kernel.now < before) wrong++;
        before = kernel.now;
        seen[kind]!++;
      },
    });
    expect({ wrong, seen }).toEqual({ wrong: 0, seen: [0, third, third, third] });
  });
});
