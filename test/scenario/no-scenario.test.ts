import { describe, expect, it } from 'vitest';
import { mistakes, small } from './support.js';

const ms = (run: () => void): number => {
  const start = performance.now();
  run();
  return performance.now() - start;
};

describe('files that are no scenarios', () => {
  it.each([
    ['an empty file', '', 'the file is empty'],
    ['nothing but comments', '# nothing\n', 'the file is empty'],
    ['a NUL byte', 'spillway: 1\0', 'not a text file'],
    ['binary', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe]), 'not a text file'],
    ['a list', '- a\n', 'not a scenario'],
    [
      'a word',
      'hello',
      'not a scenario; expected a map of keys, beginning "spillway: 1"; found "hello"',
    ],
    ['two documents', 'spillway: 1\n---\nspillway: 1\n', 'multiple documents'],
    ['tabs', 'spillway:\n\t1', 'YAML: Tabs'],
    ['brackets without end', 'a: [1, 2', 'YAML: Flow sequence'],
    ['an anchor of its own', 'a: &a [ *a ]', 'no anchor &a stands before this'],
    ['100,000 brackets', 'a: '.concat('['.repeat(100_000)), 'nested deeper'],
    ['100,000 dashes', '- '.repeat(100_000), 'nested deeper'],
    ['70 levels', 'a: '.concat('['.repeat(70), ']'.repeat(70)), 'nested deeper than 64 levels'],
    ['the name of every prototype', '__proto__: { polluted: true }', 'unknown key __proto__'],
  ])('%s', (_, text, message) => {
    const told = mistakes(text);
    expect(told.join('\n')).toContain(message);
    expect(told.join('\n')).not.toMatch(/\bat .*\.(ts|js):/);
  });

  it('anchors that explode are stopped', () => {
    let text = 'a0: &a0 [x, x, x, x, x, x, x, x, x]\n';
    for (let i = 1; i < 30; i++) {
      text += `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(', ')}]\n`;
    }
    expect(ms(() => expect(mistakes(text).join()).toContain('aliases repeat'))).toBeLessThan(2000);
  });

  it('a file of 50 MB is refused before it is read, with its size', () => {
    const file = new Uint8Array(50_000_000).fill(0x61);
    const took = ms(() => {
      expect(mistakes(file)).toEqual([
        'f:1:1: the file has 50.0 MB; a scenario has at most 5.0 MB',
      ]);
    });
    expect(took).toBeLessThan(200);
  });

  it('prototypes stay as they are', () => {
    mistakes('__proto__: { polluted: true }\nconstructor: { prototype: { polluted: true } }');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('of a file that is nothing but mistakes a hundred are told, and the number of the rest', () => {
    const text = small(Array.from({ length: 150 }, (_, i) => `key${i}: 1`).join('\n'));
    const told = mistakes(text);
    expect(told).toHaveLength(101);
    expect(told[100]).toContain('and 50 more mistakes');
  });
});
