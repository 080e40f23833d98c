import { describe, expect, it } from 'vitest';
import { mistakes, small } from './support.js';

/** A small scenario with one thing replaced by another. */
const but = (old: string, now: string): string => small().replace(old, now);

describe('a key of the language that is not built is refused by name', () => {
  it.each(
    [
      [but('workers: 4', 'workers: 4, autoscale: { metric: lag, target: 9, max: 4 }'), 'lag'],
      [small('lesson: []'), 'lesson'],
    ].map(([text, key]) => ({ text, key })),
  )('$key', ({ text, key }) => {
    const told = mistakes(text).filter((line) => line.includes(`not yet: ${key} (`));
    expect(told, mistakes(text).join('\n')).toHaveLength(1);
  });
});
