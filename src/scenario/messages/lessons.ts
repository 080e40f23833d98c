import type { Refusal } from '../refusal.js';

export function questionLacks(key: 'choices' | 'answer'): Refusal {
  const expected =
    key === 'choices'
      ? 'choices: [ 10%, 50%, 95% ], or words'
      : 'answer: METRIC(POLICY), or answer: most METRIC';
  return { code: 'missing', message: `a question lacks its ${key}`, expected };
}

export function onlyQuestions(key: 'choices' | 'answer'): Refusal {
  return { code: 'stray_key', message: `${key} goes with ask: what is said has none` };
}

export function choicesOff(least: number, most: number): Refusal {
  return { code: 'choices', message: `a question has ${least} to ${most} choices` };
}

export function choiceTwice(choice: string): Refusal {
  return { code: 'choices', message: `the choice ${choice} stands there twice` };
}

export function notAChoice(): Refusal {
  const message = 'a choice is one value';
  return {
    code: 'type',
    message,
    expected: 'a value with its unit, a word, or the name of a policy',
  };
}
