import type { FigureTerm } from '../../judge/expectation.js';
import type { Known } from '../../judge/figures.js';
import {
  type Expectation,
  type Kind,
  typical,
  type Value,
  type View,
  valueIn,
  windowsOf,
} from '../../judge/index.js';
import type { Window } from '../../measure/measured.js';
import type { Scenario } from '../../scenario/index.js';
import { figureText } from '../figure-words.js';
import type { LessonChoice, LessonStep } from '../result.js';
import { type LessonFigure, type Piece, type ReadStep, readStep } from './reading.js';

/** The lesson of a scenario, its figures collected replication by replication. */
export class LessonBook {
  readonly windows: Window[];
  readonly #steps: ReadStep[] = [];
  /** The values of a figure over the replications, by its policy and text. */
  readonly #values = new Map<string, Value[]>();
  readonly #figures = new Map<string, LessonFigure>();

  /** `policies` are those that are run; a step that needs another one is left out. */
  constructor(scenario: Scenario, policies: readonly string[], known: Known) {
    for (const item of scenario.lesson) {
      const { step } = readStep(item, known);
      if (step === null) throw new Error('a lesson was not validated');
      const figures = figuresOf(step);
      if (!figures.every(({ term }) => policies.includes(term.policy!))) continue;
      this.#steps.push(step);
      for (const figure of figures) this.#figures.set(keyOf(figure.term), figure);
    }
    const terms = [...this.#figures.values()].map(({ term }) => term);
    this.windows = windowsOf(terms.map((term) => ({ left: term, right: term }) as Expectation));
  }

  /** Takes the figures of one replication. */
  take(view: View): void {
    for (const [key, { term }] of this.#figures) {
      const values = this.#values.get(key) ?? [];
      values.push(valueIn(term, null, view).value);
      this.#values.set(key, values);
    }
  }

  /** With all figures filled in; a question that the runs do not answer is left out. */
  steps(): LessonStep[] {
    return this.#steps.flatMap((step): LessonStep[] => {
      if (step.kind === 'say') return [{ say: this.#filled(step.said) }];
      const answered = this.#answered(step);
      return answered === null ? [] : [{ ask: this.#filled(step.asked), ...answered }];
    });
  }

  #filled(pieces: readonly Piece[]): string {
    return pieces
      .map((piece) => (typeof piece === 'string' ? piece : this.#textOf(piece)))
      .join('');
  }

  #valueOf({ term }: LessonFigure): Value {
    return typical(this.#values.get(keyOf(term)) ?? []);
  }

  #textOf(figure: LessonFigure): string {
    return valueText(this.#valueOf(figure), figure.kind);
  }

  #answered({
    choices,
    answer,
  }: Extract<ReadStep, { kind: 'ask' }>): Pick<LessonStep, 'choices' | 'answer'> | null {
    if (answer.kind === 'figure') {
      const value = this.#valueOf(answer.figure);
      const right = nearestOf(choices, value);
      if (right.length === 0) return null;
      const { text, policy } = answer.figure.term;
      const name = text.includes('(') ? text : `${text}(${policy})`;
      return { choices: marked(choices, right), answer: `${name}: ${this.#textOf(answer.figure)}` };
    }
    const values = answer.figures.map((figure) => this.#valueOf(figure));
    const known = values.filter((value) => typeof value === 'number');
    if (known.length === 0) return null;
    const end = answer.kind === 'most' ? Math.max(...known) : Math.min(...known);
    const right = values.flatMap((value, index) => (value === end ? [index] : []));
    const told = choices.map(
      ({ text }, index) => `${text} ${this.#textOf(answer.figures[index]!)}`,
    );
    return { choices: marked(choices, right), answer: `${answer.metric}: ${told.join(', ')}` };
  }
}

function figuresOf(step: ReadStep): LessonFigure[] {
  const inText = (pieces: readonly Piece[]): LessonFigure[] =>
    pieces.filter((piece) => typeof piece !== 'string');
  if (step.kind === 'say') return inText(step.said);
  const { asked, answer } = step;
  return [...inText(asked), ...(answer.kind === 'figure' ? [answer.figure] : answer.figures)];
}

function keyOf({ policy, text }: FigureTerm): string {
  return JSON.stringify([policy, text]);
}

/** Which choices are true: of numbers the nearest, of words the very one. */
function nearestOf(choices: readonly { value: Value }[], value: Value): number[] {
  if (typeof value !== 'number') {
    return choices.flatMap((choice, index) => (choice.value === value ? [index] : []));
  }
  const gaps = choices.map((choice) => Math.abs((choice.value as number) - value));
  const least = Math.min(...gaps);
  return gaps.flatMap((gap, index) => (gap === least ? [index] : []));
}

function marked(choices: readonly { text: string }[], right: readonly number[]): LessonChoice[] {
  return choices.map(({ text }, index) =>
    right.includes(index) ? { text, right: true } : { text },
  );
}

function valueText(value: Value, kind: Kind): string {
  if (value === null) return kind === 'word' ? 'none' : 'nothing measured';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value.replaceAll('_', ' ');
  return kind === 'boolean' || kind === 'word' ? String(value) : figureText(value, kind);
}
