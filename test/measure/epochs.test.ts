import { describe, expect, it } from 'vitest';
import { Epochs } from '../../src/measure/epochs.js';

const window = (fromNs: number, toNs: number) => ({ fromNs, toNs });

describe('epochs', () => {
  it('without warm-up and windows there is one', () => {
    expect(new Epochs(0, [], 100).fromNs).toEqual([0]);
  });

  it('begin at every border once, in order; one at or after the end is none', () => {
    const windows = [window(60, 80), window(20, 60), window(90, 100), window(95, 300)];
    expect(new Epochs(30, windows, 100).fromNs).toEqual([0, 20, 30, 60, 80, 90, 95]);
  });

  it('a window is whole epochs, from its beginning to its end or to the end of the run', () => {
    const windows = [window(20, 60), window(60, 300), window(0, 20), window(100, 200)];
    const epochs = new Epochs(30, windows, 100);
    expect(epochs.fromNs).toEqual([0, 20, 30, 60]);
    expect(windows.slice(0, 3).map((one) => epochs.spanOf(one))).toEqual([
      { first: 1, last: 3 },
      { first: 3, last: 4 },
      { first: 0, last: 1 },
    ]);
    expect(epochs.spanOf(window(30, 100))).toEqual({ first: 2, last: 4 });
    const beyond = epochs.spanOf(windows[3]!);
    expect(beyond.first).toBe(beyond.last);
  });

  it('more borders than a byte tells apart are refused', () => {
    const many = Array.from({ length: 260 }, (_, i) => window(i + 1, i + 2));
    expect(() => new Epochs(0, many, 1000)).toThrow('at most 255');
    expect(new Epochs(0, many.slice(0, 250), 1000).count).toBe(252);
  });
});
