import { describe, expect, it } from 'vitest';
import { mistakes, small, sound } from './support.js';

const lesson = (steps: string): string => small(`lesson:\n${steps}`);

describe('a lesson', () => {
  it('is steps in their order, each text with the places of its figures', () => {
    const { lesson: steps } = sound(
      lesson(`  - say: "{{goodput(base)}} of {{ offered(base) }}"
  - ask: >
      How many of
      {{offered(base)}}?
    choices: [10/s, "90/s", 1e2]
    answer: goodput(base)
`),
    );
    expect(steps).toEqual([
      {
        say: {
          text: '{{goodput(base)}} of {{ offered(base) }}',
          ...{ line: 9, column: 11, path: 'lesson[0].say' },
          holes: [
            { line: 9, column: 13 },
            { line: 9, column: 34 },
          ],
        },
      },
      {
        ask: expect.objectContaining({
          text: 'How many of {{offered(base)}}?',
          holes: [{ line: 12, column: 9 }],
        }),
        choices: [
          expect.objectContaining({ text: '10/s', line: 13, column: 15 }),
          expect.objectContaining({ text: '90/s', line: 13, column: 22 }),
          expect.objectContaining({ text: '1e2', line: 13, column: 29 }),
        ],
        answer: expect.objectContaining({ text: 'goodput(base)', line: 14, column: 13 }),
      },
    ]);
  });

  it('is empty where there is none', () => {
    expect(sound(small()).lesson).toEqual([]);
  });

  it.each([
    ['  - {}', /f:9:5: lesson\[0\]: a step of a lesson lacks its key; expected one of ask, say/],
    ['  - { ask: a?, say: b }', /a step of a lesson has one of these keys, not several: ask, say/],
    ['  - { ask: "a?", choices: [1, 2] }', /a question lacks its answer; expected answer: METRIC/],
    ['  - { ask: "a?", answer: goodput }', /a question lacks its choices; expected choices: \[/],
    ['  - { say: a, answer: goodput }', /answer goes with ask/],
    ['  - { say: a, choices: [1, 2] }', /choices goes with ask/],
    ['  - { ask: "a?", choices: [1], answer: b }', /a question has 2 to 8 choices/],
    ['  - { ask: "a?", choices: [1, 2, 1], answer: b }', /the choice 1 stands there twice/],
    ['  - { ask: "a?", choices: [1, [2]], answer: b }', /choices\[1\]: a choice is one value/],
    ['  - { say: "" }', /lesson\[0\]\.say/],
    ['  - { aks: "a?", choices: [1, 2], answer: b }', /unknown key.*ask/],
  ])('%s is refused', (steps, message) => {
    const told = mistakes(lesson(`${steps}\n`));
    expect(told.join('\n')).toMatch(message);
  });

  it('is of the file: a policy has none', () => {
    const told = mistakes(small('policies: { p: { lesson: [ { say: a } ] } }'));
    expect(told.join('\n')).toMatch(/policies\.p.*lesson/);
  });
});
