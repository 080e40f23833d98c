// Not judge/index.js: `spillway validate` needs to read figures only, and to start at once.
import type { FigureTerm } from '../../judge/expectation.js';
import { type Kind, type Known, VERDICT_WORDS } from '../../judge/figures.js';
import { type Literal, readLiteral } from '../../judge/literal.js';
import { mistakeInFigure } from '../../judge/messages.js';
import type { Mistake } from '../../judge/mistake.js';
import { nearest } from '../../judge/nearest.js';
import { readFigure } from '../../judge/reading.js';
import { HOLE, type LessonItem, type LessonText } from '../../scenario/index.js';
import { figureText } from '../figure-words.js';

/** A figure of one policy, understood. */
export interface LessonFigure {
  term: FigureTerm;
  kind: Kind;
}

/** A text in pieces: words, and figures to be filled in. */
export type Piece = string | LessonFigure;

/** A choice, with what is compared with the measured value. */
export interface ReadChoice {
  /** As the reader sees it. */
  text: string;
  value: number | string | boolean | null;
}

export type ReadAnswer =
  | { kind: 'figure'; figure: LessonFigure }
  /** The policy, of those to choose from, that has the most or the least of something. */
  | { kind: 'most' | 'least'; metric: string; figures: LessonFigure[] };

export type ReadStep =
  | { kind: 'say'; said: Piece[] }
  | { kind: 'ask'; asked: Piece[]; choices: ReadChoice[]; answer: ReadAnswer };

/** What is wrong in a step, and where in its file. */
export interface LessonMistake {
  code: string;
  line: number;
  column: number;
  path: string;
  message: string;
}

type Place = Pick<LessonMistake, 'line' | 'column' | 'path'>;

const SUPERLATIVE = /^(most|least)\s+(?=\S)/;

/** Reads a step against what the scenario has; null where there are mistakes. */
export function readStep(
  { ask, choices, answer, say }: LessonItem,
  known: Known,
): { step: ReadStep | null; mistakes: LessonMistake[] } {
  const reader = new StepReader(known);
  const said = say === undefined ? null : reader.pieces(say);
  const asked = ask === undefined ? null : reader.pieces(ask);
  const read = answer === undefined ? null : reader.answer(answer, choices ?? []);
  const { mistakes } = reader;
  if (mistakes.length > 0) return { step: null, mistakes };
  if (said !== null) return { step: { kind: 'say', said }, mistakes };
  if (asked === null || read === null) return { step: null, mistakes };
  return { step: { kind: 'ask', asked, ...read }, mistakes };
}

class StepReader {
  readonly mistakes: LessonMistake[] = [];

  constructor(private readonly known: Known) {}

  pieces({ text, holes, ...place }: LessonText): Piece[] {
    const pieces: Piece[] = [];
    let from = 0;
    for (const [index, found] of [...text.matchAll(HOLE)].entries()) {
      pieces.push(text.slice(from, found.index));
      const at = { ...place, ...holes[index] };
      const figure = this.figure(found[1]!, at);
      if (figure !== null) pieces.push(figure);
      from = found.index + found[0].length;
    }
    const rest = text.slice(from);
    if (/\{\{|\}\}/.test(rest + pieces.filter((piece) => typeof piece === 'string').join(''))) {
      this.fail('lesson.hole', place, 'a figure in a text stands between {{ and }}');
    }
    return [...pieces, rest];
  }

  /** A figure with its policy; where there is only one, that one. */
  private figure(text: string, at: Place): LessonFigure | null {
    const read = readFigure(text, this.known);
    if (!read.ok) {
      for (const mistake of read.mistakes) this.failFigure(mistake, at);
      return null;
    }
    const { term, kind } = read;
    const policy = term.policy ?? this.onlyPolicy(text, at);
    return policy === null ? null : { term: { ...term, policy }, kind };
  }

  private onlyPolicy(text: string, at: Place): string | null {
    const { policies } = this.known;
    if (policies.length === 1) return policies[0]!;
    const message = `of which policy? Expected ${text.trim()}(POLICY), one of ${policies.join(', ')}`;
    this.fail('lesson.policy', at, message);
    return null;
  }

  answer(
    { text, holes: _, ...at }: LessonText,
    choices: readonly LessonText[],
  ): { choices: ReadChoice[]; answer: ReadAnswer } | null {
    const [whole, kind] = SUPERLATIVE.exec(text) ?? [];
    if (whole !== undefined) {
      const place = { ...at, column: at.column + whole.length };
      return this.superlative(kind as 'most' | 'least', text.slice(whole.length), place, choices);
    }
    const figure = this.figure(text, at);
    if (figure === null) return null;
    const words = this.wordsOf(figure, at);
    if (words === null) return null;
    const read = choices.flatMap((choice) => this.choice(choice, figure, words) ?? []);
    return { choices: read, answer: { kind: 'figure', figure } };
  }

  /** Each choice is a policy. */
  private superlative(
    kind: 'most' | 'least',
    metric: string,
    at: Place,
    choices: readonly LessonText[],
  ): { choices: ReadChoice[]; answer: ReadAnswer } | null {
    const read = readFigure(metric, this.known);
    if (!read.ok) {
      for (const mistake of read.mistakes) this.failFigure(mistake, at);
      return null;
    }
    if (read.term.policy !== null || !isUnit(read.kind)) {
      const message = `${kind} compares policies: expected the name of a metric alone, a number`;
      this.fail('lesson.answer', at, message);
      return null;
    }
    const { policies } = this.known;
    for (const choice of choices) {
      if (!policies.includes(choice.text)) this.failWord(choice, 'the name of a policy', policies);
    }
    const names = choices.map(({ text }) => text);
    const figures = names.map((policy): LessonFigure => {
      return { term: { ...read.term, policy }, kind: read.kind };
    });
    return {
      choices: names.map((text) => ({ text, value: text })),
      answer: { kind, metric: metric.trim(), figures },
    };
  }

  /** What choices may be where no unit says it: words; null where nobody could choose. */
  private wordsOf({ term, kind }: LessonFigure, at: Place): readonly string[] | null {
    if (kind !== 'word') return [];
    const { name } = term.figure;
    if (name === 'verdict') return VERDICT_WORDS;
    if (name === 'first_saturated') return [...this.known.components, 'none'];
    this.fail('lesson.answer', at, `${name} has no words to choose from: ask for the verdict`);
    return null;
  }

  private choice(
    choice: LessonText,
    { kind }: LessonFigure,
    words: readonly string[],
  ): ReadChoice | null {
    const { text, holes: _, ...at } = choice;
    if (kind === 'word') {
      if (!words.includes(text)) return this.failWord(choice, 'one of these words', words);
      return { text: text.replaceAll('_', ' '), value: text === 'none' ? null : text };
    }
    if (kind === 'boolean') {
      const value = /^(true|yes)$/.test(text) ? true : /^(false|no)$/.test(text) ? false : null;
      if (value === null)
        return this.fail('lesson.choice', at, `expected yes or no, found ${text}`);
      return { text: value ? 'yes' : 'no', value };
    }
    const literal = readLiteral(text.replaceAll(' ', ''));
    if (literal === null || !fits(literal, kind)) {
      const message = `expected a value with its unit, such as ${EXAMPLES[kind]}, found ${text}`;
      return this.fail('lesson.choice', at, message);
    }
    return { text: figureText(literal.value, kind), value: literal.value };
  }

  private failWord(choice: LessonText, what: string, words: readonly string[]): null {
    const near = nearest(choice.text, words);
    const hint = near === null ? `: ${words.join(', ')}` : ` (did you mean ${near}?)`;
    return this.fail('lesson.choice', choice, `expected ${what}, found ${choice.text}${hint}`);
  }

  private failFigure(mistake: Mistake, { column, ...at }: Place): void {
    const message = mistakeInFigure(mistake);
    this.fail(mistake.code, { ...at, column: column + mistake.place.from }, message);
  }

  private fail(code: string, { line, column, path }: Place, message: string): null {
    this.mistakes.push({ code, line, column, path, message });
    return null;
  }
}

type Unit = Exclude<Kind, 'boolean' | 'word'>;

const EXAMPLES: Record<Unit, string> = {
  seconds: '250ms',
  per_second: '900/s',
  share: '5%',
  bytes: '64KiB',
  number: '1.5',
};

function isUnit(kind: Kind): kind is Unit {
  return kind !== 'boolean' && kind !== 'word';
}

/** 0 always, and shares as bare numbers too. */
function fits({ unit, value }: Literal, wanted: Unit): boolean {
  if (unit === wanted || (value === 0 && unit === 'number')) return true;
  return (wanted === 'share' && unit === 'number') || (wanted === 'number' && unit === 'share');
}
