import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../../src/scenario/index.js';
import type { Scenario, Task } from '../../../src/study/index.js';
import { canonicalText, fromCanonicalText } from '../../../src/study/where/canonical.js';
import { addressOf, addressOfPlan } from '../../../src/study/where/key.js';
import { SMALL } from '../../cli/spillway.js';
import { randomPlan } from '../../model/random-plans.js';

const ASKED = { detail: 'figures' as const, stepSeconds: null, windows: [] };

/** Any plain data, with all that JSON has no word for. */
const plain = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.double(),
    fc.constantFrom<unknown>(undefined, null, -0, 0, NaN, Infinity, -Infinity, true, '', '$'),
    fc.string(),
    fc.array(fc.double()).map((values) => Float64Array.from(values)),
    fc.array(fc.nat(255)).map((values) => Uint8Array.from(values)),
  ),
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('$', '$$', 'of', '$of', '__proto__')),
      tie('any'),
      { maxKeys: 4 },
    ),
    fc.array(fc.tuple(tie('any'), tie('any')), { maxLength: 3 }).map((pairs) => new Map(pairs)),
    fc.array(tie('any'), { maxLength: 3 }).map((items) => new Set(items)),
  ),
})).any;

/** The same data with the keys of every object in another order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, of]) => [key, turned(of)])
      .reverse(),
  );
}

type Holder = Record<string, unknown>;

/** Every place in plain data that holds a number. */
function numbersIn(value: unknown): { holder: Holder; key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Holder;
  return Object.keys(holder).flatMap((key) =>
    typeof holder[key] === 'number' ? [{ holder, key }] : numbersIn(holder[key]),
  );
}

describe('the canonical text of plain data', () => {
  it('gives the data back, so that no two data have the same text', () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(fromCanonicalText(canonicalText(value))).toEqual(value);
        expect(canonicalText(fromCanonicalText(canonicalText(value)))).toBe(canonicalText(value));
      }),
    );
  });

  it.each([
    [undefined, null],
    [{ a: undefined }, {}],
    [-0, 0],
    [Infinity, 'Infinity'],
    [{ $: 'Infinity' }, Infinity],
    [new Map([['a', 1]]), { a: 1 }],
    [Float64Array.of(1), [1]],
    [Float64Array.of(1), Float32Array.of(1)],
    [new Set([1, 2]), new Set([2, 1])],
    [
      [1, [2]],
      [1, 2],
    ],
  ])('tells %j from %j', (a, b) => {
    expect(canonicalText(a)).not.toBe(canonicalText(b));
  });

  it.each([[() => 1], [new Date(0)], [1n], [Symbol('a')], [/a/]])('refuses %s', (value) => {
    expect(() => canonicalText({ deep: [value] })).toThrow(/no plain data/);
  });
});

describe('the key of a random plan', () => {
  it('is the same whatever the order in which its parts were put together', () => {
    fc.assert(
      fc.property(randomPlan, (plan) => {
        const { key } = addressOfPlan('e', plan, ASKED);
        expect(addressOfPlan('e', turned(plan) as typeof plan, ASKED).key).toBe(key);
        expect(addressOfPlan('e', structuredClone(plan), ASKED).key).toBe(key);
      }),
    );
  });

  it('is another one as soon as any one number is', () => {
    fc.assert(
      fc.property(randomPlan, fc.nat(), (plan, pick) => {
        const { key } = addressOfPlan('e', plan, ASKED);
        const other = structuredClone(plan);
        const places = numbersIn(other);
        const { holder, key: name } = places[pick % places.length]!;
        const before = holder[name] as number;
        holder[name] = before === Infinity ? 1 : before === 0 ? 1e-300 : -before;
        expect(addressOfPlan('e', other, ASKED).key).not.toBe(key);
        holder[name] = before;
        expect(addressOfPlan('e', other, ASKED).key).toBe(key);
      }),
    );
  });

  it('comes back from the text under which the plan is kept', () => {
    fc.assert(
      fc.property(randomPlan, (plan) => {
        const { planText, seed } = addressOfPlan('e', plan, ASKED);
        expect({ ...(fromCanonicalText(planText) as object), seed }).toEqual(plan);
      }),
    );
  });
});

function scenarioOf(text: string): Scenario {
  return loadScenario({ text, file: 'small.yaml' }).scenario!;
}

const TASK: Task = { policy: 'as-it-is', seed: '42', cell: null, shape: null, ...ASKED };
const key = (text: string, task: Partial<Task> = {}, engine = 'e'): string =>
  addressOf(engine, scenarioOf(text), { ...TASK, ...task }).key;

describe('the key of a task', () => {
  const usual = key(SMALL);

  it.each([
    ['another title', SMALL.replace('One small', 'Another')],
    ['a unit written otherwise', SMALL.replace('exponential: 20ms', 'exponential: 0.02s')],
    ['another policy beside it', SMALL.replace('retry-storm: preset', 'backoff: preset')],
    ['another expectation', SMALL.replace('offered within 20% of 50/s', 'offered > 1/s')],
  ])('is shared with a file that has %s', (_, text) => {
    expect(text).not.toBe(SMALL);
    expect(key(text)).toBe(usual);
  });

  it('is shared by two policies, and two cells, that come to the same', () => {
    const twice = SMALL.replace('as-it-is: {}', 'as-it-is: {}\n  twin: {}');
    expect(key(twice, { policy: 'twin' })).toBe(usual);
    expect(key(SMALL, { cell: { load: 1 } })).toBe(usual);
    expect(key(SMALL, { cell: { 'services.shop.workers': 2 } })).toBe(usual);
  });

  it.each<[string, Partial<Task>]>([
    ['seed', { seed: '43' }],
    ['policy', { policy: 'retry-storm' }],
    ['load', { cell: { load: 1.01 } }],
    ['shape', { shape: { kind: 'steady', load: 1 } }],
    ['detail', { detail: 'whole' }],
    ['windows', { windows: [{ fromNs: 0, toNs: 10e9 }] }],
  ])('is another one for another %s', (_, task) => {
    expect(key(SMALL, task)).not.toBe(usual);
  });

  it('is another one for another step of the series, where there are any', () => {
    const whole = key(SMALL, { detail: 'whole' });
    expect(key(SMALL, { detail: 'whole', stepSeconds: 1 })).toBe(whole);
    expect(key(SMALL, { detail: 'whole', stepSeconds: 2 })).not.toBe(whole);
    expect(key(SMALL, { stepSeconds: 2 })).toBe(usual);
  });

  it('is another one for another engine', () => {
    expect(key(SMALL, {}, 'f')).not.toBe(usual);
  });

  it('is another one for whatever else a task may come to say', () => {
    expect(key(SMALL, { later: true } as Partial<Task>)).not.toBe(usual);
  });
});
