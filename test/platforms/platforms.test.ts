import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, mustHaveAll } from '../machine.js';
import { hashes, hashOf } from './entry.js';
import {
  bundled,
  differences,
  hasNode,
  NODES,
  type NodeMajor,
  saidInChromium,
  saidOnNode,
} from './platforms.js';

const FETCHING_MS = 300_000;

describe('the engine gives the same bits on every platform', () => {
  let script = '';
  let here = '';
  beforeAll(async () => {
    script = await bundled(fileURLToPath(new URL('entry.ts', import.meta.url)), 'hashes');
    here = await hashes();
  }, FETCHING_MS);

  for (const major of Object.keys(NODES) as NodeMajor[]) {
    it.skipIf(!mustHaveAll && !hasNode(major))(
      `Node ${major} says what the tests' own Node says`,
      () => expect(differences({ here, [`Node ${major}`]: saidOnNode(major, script) })).toEqual([]),
      FETCHING_MS,
    );
  }

  it.skipIf(!mustHaveAll && chromiumPath() === undefined)(
    'Chromium says what Node says',
    async () => {
      expect(differences({ here, Chromium: await saidInChromium(script) })).toEqual([]);
    },
    FETCHING_MS,
  );

  it('the functions of kernel/math and whole runs are compared', () => {
    const mathematics = ['exp', 'log', 'pow', 'sin'].map((name) => `kernel/math.${name}`);
    const runs = ['shop under retry-storm', 'factory under one-saw', 'shop, the whole result'];
    expect(Object.keys(JSON.parse(here) as object)).toEqual(
      expect.arrayContaining([...mathematics, ...runs]),
    );
  });
});

describe('the comparison finds a difference', () => {
  it('of one value, and names who says what', () => {
    const said = { 'Node 20': '{"a":"1","b":"2"}', Chromium: '{"a":"1","b":"3"}' };
    expect(differences(said)).toEqual(['b: 2 (Node 20), 3 (Chromium)']);
  });

  it('of a name that is missing', () => {
    expect(differences({ one: '{"a":"1"}', other: '{}' })).toEqual(['a: 1 (one), nothing (other)']);
  });

  it('of the last bit of one value in a million', () => {
    const { log } = Math;
    let calls = 0;
    const off = (x: number): number => (++calls === 777_777 ? log(x) * (1 + 2 ** -52) : log(x));
    expect(hashOf(off, 'log', 1_000_000)).not.toEqual(hashOf(log, 'log', 1_000_000));
    expect(hashOf(off, 'log', 100_000)).toEqual(hashOf(log, 'log', 100_000));
  });
});
