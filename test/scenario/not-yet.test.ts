import { describe, expect, it } from 'vitest';
import { mistakes, small } from './support.js';

/** A small scenario with one thing replaced by another. */
const but = (old: string, now: string): string => small().replace(old, now);

describe('a key of the language that is not built is refused by name', () => {
  it.each(
    [
      [but('{ work: 5ms }', '{ publish: jobs }'), 'publish'],
      [but('{ work: 5ms }', '{ parallel: [ { publish: jobs } ] }'), 'publish'],
      [small('queues: { jobs: { broker: sqs } }'), 'sqs'],
      [small('queues: { jobs: { broker: memory, dead_letter: other } }'), 'dead_letter'],
      [small('queues: { jobs: { broker: memory, when_full: block } }'), 'block'],
      [small('alerts: { lag_growing: none }'), 'lag_growing'],
      [small('lesson: []'), 'lesson'],
    ].map(([text, key]) => ({ text, key })),
  )('$key', ({ text, key }) => {
    const told = mistakes(text).filter((line) => line.includes(`not yet: ${key} (`));
    expect(told, mistakes(text).join('\n')).toHaveLength(1);
  });
});
