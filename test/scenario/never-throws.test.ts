import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsOf, loadScenario, planFor } from '../../src/scenario/index.js';
import { pileUps } from '../../src/scenario/pile-ups.js';
import { sound } from './support.js';

const examples = ['one-slow-dependency', 'order-pipeline'].map((name): [string, string] => {
  return [name, readFileSync(new URL(`fixtures/${name}.yaml`, import.meta.url), 'utf8')];
});

describe('whatever the text, loading never throws', () => {
  const holds = (text: string): void => {
    const { scenario, issues } = loadScenario({ text, file: 'f' });
    const errors = issues.filter(({ severity }) => severity === 'error');
    expect(scenario === null).toBe(errors.length > 0);
    for (const { line, column } of issues) {
      expect(line).toBeGreaterThan(0);
      expect(column).toBeGreaterThan(0);
    }
    for (const { name } of scenario?.policies ?? []) pileUps(planFor(scenario!, name));
    for (const cell of scenario === null ? [] : cellsOf(scenario)) {
      planFor(scenario!, scenario!.policies[0]!.name, { cell });
    }
  };

  it('arbitrary text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), holds), { numRuns: 300 });
    fc.assert(fc.property(fc.json(), holds), { numRuns: 200 });
  });

  it.each(examples)('%s with words swapped for one another', (_, example) => {
    const words = example.split(/(\s+|[{}[\],])/);
    const index = fc.nat({ max: words.length - 1 });
    const odd = fc.constantFrom(
      'null',
      '-1',
      '1e99',
      '.nan',
      '{}',
      '[]',
      '*',
      '',
      '~',
      '10%',
      'none',
    );
    const swap = fc.tuple(
      index,
      fc.oneof(
        index.map((i) => words[i] ?? ''),
        odd,
      ),
    );
    fc.assert(
      fc.property(fc.array(swap, { minLength: 1, maxLength: 4 }), (swaps) => {
        const changed = [...words];
        for (const [at, word] of swaps) changed[at] = word;
        holds(changed.join(''));
      }),
      { numRuns: 250 },
    );
  });

  it.each(examples)('%s with any of its values replaced by any other thing', (_, example) => {
    const scenario = sound(example).source.root;
    const plain = JSON.parse(JSON.stringify(toPlain(scenario)));
    const thing = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('1s', 'shop', '9/s', null),
    );
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 8 }), thing, (path, value) => {
        const copy = structuredClone(plain);
        replaceAt(copy, path, value);
        holds(JSON.stringify(copy));
      }),
      { numRuns: 250 },
    );
  });
});

type Node = ReturnType<typeof sound>['source']['root'] | { kind: string };

function toPlain(node: Node): unknown {
  const tree = node as {
    kind: string;
    value?: unknown;
    items?: Node[];
    entries?: Map<string, { value: Node }>;
  };
  if (tree.kind === 'list') return tree.items?.map(toPlain);
  if (tree.kind !== 'map') return tree.value;
  return Object.fromEntries(
    [...(tree.entries ?? [])].map(([key, { value }]) => [key, toPlain(value)]),
  );
}

function replaceAt(node: unknown, path: number[], value: unknown): void {
  let here = node as Record<string, unknown>;
  for (const [depth, step] of path.entries()) {
    const keys = Object.keys(here);
    const key = keys[step % keys.length];
    if (key === undefined) return;
    const next = here[key];
    if (depth === path.length - 1 || typeof next !== 'object' || next === null) {
      here[key] = value;
      return;
    }
    here = next as Record<string, unknown>;
  }
}
