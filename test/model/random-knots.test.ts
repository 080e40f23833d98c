import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Attempts, HI, LO, ROW, WORKING } from '../../src/model/attempts.js';
import type { Calls } from '../../src/model/calls.js';
import { type Plan, World } from '../../src/model/index.js';
import type { Locks } from '../../src/model/locks.js';
import { ENDED, HANDLED, kindOf, rowOf } from '../../src/model/ways-out.js';
import { full } from './kit.js';
import { knottyPlan } from './random-knots.js';

const FACTS_MAX = 40_000;
const CASES = full ? 1500 : 100;
const SEED = Number(process.env['SPILLWAY_CASES'] ?? 42);

const OPTIONS = { stepNs: 1e9, windows: [], memoryLimitBytes: 8e9, goesOnDeadlocked: true };

interface Insides {
  attempts: Attempts;
  calls: Calls;
  locks: Locks | null;
}

function insidesOf(world: World): Insides {
  const { locks } = world.services;
  return { attempts: Reflect.get(world, 'attempts'), calls: Reflect.get(world, 'calls'), locks };
}

/** Who is stuck, where each stands, and what each handler waits for. */
function standingOf(world: World, rows: readonly number[]): string {
  const { attempts, calls, locks } = insidesOf(world);
  return rows
    .map((a) => {
      const at = a * ROW;
      const lock = locks?.waitedFor(a) ?? -1;
      const open = [lock];
      // Who waits for a lock may have calls out that it needs no more.
      for (let c = 0; lock < 0 && c < calls.used; c++) {
        if (!calls.isFree(c) && calls.parent(c) === a) open.push(c, calls.tries(c));
      }
      const key = `${attempts.words[at + HI]}/${attempts.words[at + LO]}`;
      return `${a} ${key} ${attempts.isFree(a)} ${attempts.state(a)} ${open.join()}`;
    })
    .join('\n');
}

function anyWorks(attempts: Attempts): boolean {
  for (let a = 0; a < attempts.used; a++) {
    if (!attempts.isFree(a) && attempts.state(a) === WORKING) return true;
  }
  return false;
}

/** Runs to the end of the run whatever is stuck; `look` is called when a deadlock is found, and later. */
function through(plan: Plan, look: (world: World) => void): { world: World; lastFactNs: number } {
  const world = new World(plan, OPTIONS);
  let events = 0;
  let lastFactNs = 0;
  while (!world.advance(world.deadlocks?.found ? 50 : 1)) {
    if (world.events !== events) lastFactNs = world.nowNs;
    events = world.events;
    if (world.deadlocks?.found) look(world);
    if (events > FACTS_MAX) world.stop('interrupted');
  }
  return { world, lastFactNs };
}

describe('rule 32 in random scenarios where everybody waits for everybody', () => {
  it('who is called stuck never moves again, however long the run goes on', () => {
    const seen = { deadlocks: 0, members: 0 };
    fc.assert(
      fc.property(knottyPlan(true), (plan) => {
        let rows: number[] = [];
        let stood = '';
        const { world } = through(plan, (is) => {
          if (stood === '') {
            seen.deadlocks++;
            const nodes = is.deadlocks!.stuck.filter((n) => [HANDLED, ENDED].includes(kindOf(n)));
            rows = [...new Set(nodes.map(rowOf))];
            seen.members += rows.length;
            stood = standingOf(is, rows);
          }
          expect(standingOf(is, rows)).toBe(stood);
        });
        expect(world.deadlocks?.found?.cycle.length ?? 1).toBeGreaterThan(0);
        world.measured();
      }),
      { numRuns: CASES, seed: SEED },
    );
    expect(seen.deadlocks).toBeGreaterThan(CASES / 8);
  });

  it('who began to wait is enough to look at: looking at everybody after every event finds none sooner', () => {
    fc.assert(
      fc.property(knottyPlan(true), (plan) => {
        const { world } = through(plan, (is) => is.stop('interrupted'));
        const { waits } = insidesOf(world).attempts;
        const most = world.deadlocks?.found?.atNs ?? plan.durationNs;
        if (waits === null || world.events > FACTS_MAX / 4) return;
        const other = new World(plan, OPTIONS);
        const { attempts } = insidesOf(other);
        while (other.deadlocks?.found == null && other.nowNs <= most && !other.advance(1)) {
          attempts.waits!.everybody = true;
        }
        expect(other.deadlocks?.found?.atNs).toBe(world.deadlocks?.found?.atNs);
      }),
      { numRuns: CASES, seed: SEED + 2 },
    );
  });

  it('what stands still for good is called a deadlock', () => {
    const seen = { deadlocks: 0, drained: 0 };
    fc.assert(
      fc.property(knottyPlan(false), (plan) => {
        const { world, lastFactNs } = through(plan, () => undefined);
        const isFound = world.deadlocks?.found != null;
        if (isFound) seen.deadlocks++;
        const { attempts } = insidesOf(world);
        if (attempts.inUse === 0) seen.drained++;
        else if (!isFound && world.events <= FACTS_MAX && !anyWorks(attempts)) {
          expect(lastFactNs).toBeGreaterThan(plan.durationNs - 20e9);
        }
      }),
      { numRuns: CASES, seed: SEED + 1 },
    );
    expect(seen.deadlocks).toBeGreaterThan(CASES / 8);
    expect(seen.drained).toBeGreaterThan(CASES / 5);
  });
});
