import * as say from '../messages/lessons.js';
import { type Refusal, read, refuse } from '../refusal.js';
import { text } from './figures.js';
import { also, leaf, list, map, oneOf, optional, type Schema } from './kit.js';

/** As written: "10%", "retry-budget", true. */
type Choice = string | number | boolean;

/** A step as it is read. */
export interface Step {
  ask: string | undefined;
  choices: Choice[] | undefined;
  answer: string | undefined;
  say: string | undefined;
}

/** Fewer leave nothing to choose, more are read by nobody. */
const CHOICES_LEAST = 2;
const CHOICES_MOST = 8;

const choice: Schema<Choice> = leaf<Choice>(
  (input) => {
    const isText = typeof input === 'string' && input.trim() !== '';
    const isNumber = typeof input === 'number' && Number.isFinite(input);
    if (isText || isNumber || typeof input === 'boolean') return read(input as Choice);
    return refuse(say.notAChoice());
  },
  { type: ['string', 'number', 'boolean'] },
);

const docs = { minItems: CHOICES_LEAST, maxItems: CHOICES_MOST };

const step = also(
  map<Step>({
    ask: optional(text, 'A question, asked before anything is told.'),
    choices: optional(
      list(choice, docs),
      'What it may be: values with their unit, of which the nearest to the measured one is right; ' +
        'words of a verdict, names of components, true and false; policies, for most and least.',
    ),
    answer: optional(
      text,
      'METRIC(POLICY), at a moment or in a window too; or most METRIC, least METRIC: a policy.',
    ),
    say: optional(text, 'What is told; {{METRIC(POLICY)}} is filled from the run.'),
  }),
  checkStep,
);

/** What a reader is asked and told before the report, filled from the run. */
export const lesson: Schema<Step[]> = list(step);

function checkStep({ ask, choices, answer, say: said }: Step): Refusal | undefined {
  const one = oneOf({ ask, say: said }, ['ask', 'say'], 'a step of a lesson');
  if (one !== undefined) return one;
  for (const [key, value] of [
    ['choices', choices],
    ['answer', answer],
  ] as const) {
    if (ask !== undefined && value === undefined) return say.questionLacks(key);
    if (ask === undefined && value !== undefined) return say.onlyQuestions(key);
  }
  return Array.isArray(choices) ? checkChoices(choices) : undefined;
}

function checkChoices(choices: readonly Choice[]): Refusal | undefined {
  if (choices.length < CHOICES_LEAST || choices.length > CHOICES_MOST) {
    return say.choicesOff(CHOICES_LEAST, CHOICES_MOST);
  }
  const texts = choices.map(String);
  const twice = texts.find((one, index) => texts.indexOf(one) < index);
  return twice === undefined ? undefined : say.choiceTwice(twice);
}
