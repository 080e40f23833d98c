import { ALERT_RULES, type Unit } from '../measure/names.js';
import type { Expectation, Figure, FigureTerm, Term } from './expectation.js';
import { allNames, type Kind, type Known, VERDICT_WORDS, VERDICTS } from './figures.js';
import { type NamePhrase, type Phrase, parse, parseTerm, type Sentence } from './grammar.js';
import { expected } from './messages.js';
import { Mistake, type Place } from './mistake.js';
import { nearest } from './nearest.js';

export type ReadExpectation =
  | { ok: true; expectation: Expectation }
  | { ok: false; mistakes: Mistake[] };

/** A term with what it is, or null where a mistake has been noted. */
interface Resolved {
  term: Term;
  kind: Kind | 'null';
  place: Place;
}

const EXAMPLES: Record<Unit, string> = {
  seconds: '250ms',
  per_second: '900/s',
  share: '5%',
  bytes: '64KiB',
  number: '1.5',
};

/** Reads the text of an expectation against what the scenario has. */
export function readExpectation(that: string, known: Known): ReadExpectation {
  try {
    return resolve(that, parse(that), known);
  } catch (problem) {
    if (problem instanceof Mistake) return { ok: false, mistakes: [problem] };
    throw problem;
  }
}

export type ReadFigure =
  | { ok: true; term: FigureTerm; kind: Kind }
  | { ok: false; mistakes: Mistake[] };

/** Reads one figure, as it may stand on a side of an expectation, against what the scenario has. */
export function readFigure(text: string, known: Known): ReadFigure {
  const mistakes: Mistake[] = [];
  try {
    const phrase = parseTerm(text);
    const found = new Resolver(text, known, mistakes).side(phrase, NO_WORD);
    if (found === null) return { ok: false, mistakes };
    const { term, kind, place } = found;
    if (term.kind === 'figure' && kind !== 'null') return { ok: true, term, kind };
    const what = expected.metric();
    throw new Mistake('expectation.kind', place, what, text.slice(place.from, place.to));
  } catch (problem) {
    if (problem instanceof Mistake) return { ok: false, mistakes: [problem] };
    throw problem;
  }
}

/** Stands on the other side where there is none: no name is a word beside it. */
const NO_WORD: Phrase = { kind: 'value', place: { from: 0, to: 0 }, value: null, unit: null };

/** Finds out what every name of a sentence means, and whether its two sides can be compared. */
function resolve(that: string, sentence: Sentence, known: Known): ReadExpectation {
  const mistakes: Mistake[] = [];
  const resolver = new Resolver(that, known, mistakes);
  const left = resolver.side(sentence.left, sentence.right);
  const right = resolver.side(sentence.right, sentence.left);
  if (left === null || right === null) return { ok: false, mistakes };
  const { comparison } = sentence;
  const mistake = incomparable(that, left, comparison.kind, right);
  if (mistake !== null) return { ok: false, mistakes: [mistake] };
  const unit = unitOf(left, right);
  const expectation: Expectation = { that, left: left.term, comparison, right: right.term, unit };
  return { ok: true, expectation };
}

class Resolver {
  constructor(
    private readonly that: string,
    private readonly known: Known,
    private readonly mistakes: Mistake[],
  ) {}

  side(phrase: Phrase, other: Phrase): Resolved | null {
    const { place } = phrase;
    const text = this.text(place);
    if (phrase.kind === 'value') {
      const { value } = phrase;
      const kind = value === null ? 'null' : typeof value === 'boolean' ? 'boolean' : phrase.unit!;
      return { term: { kind: 'value', text, value }, kind, place };
    }
    const words = isBare(phrase) ? this.wordsBeside(other) : null;
    if (words !== null) return this.word(phrase, words);
    const before = this.mistakes.length;
    this.checkPolicy(phrase);
    const found = this.figure(phrase);
    if (found === null || this.mistakes.length > before) return null;
    if (phrase.factor !== null && (found.kind === 'word' || found.kind === 'boolean')) {
      return this.fail('expectation.kind', place, expected.noFactor());
    }
    const { factor, policy } = phrase;
    const term: Term = {
      kind: 'figure',
      text,
      factor: factor ?? 1,
      policy: policy?.name ?? null,
      figure: found.figure,
    };
    return { term, kind: found.kind, place };
  }

  /** The words that a name beside this phrase may be; null where it is no word's place. */
  private wordsBeside(other: Phrase): readonly string[] | null {
    if (other.kind !== 'name') return null;
    if (other.name === 'verdict') return VERDICT_WORDS;
    if (other.name === 'first_saturated') return this.known.components;
    return null;
  }

  private word(phrase: NamePhrase, words: readonly string[]): Resolved | null {
    const { name, place } = phrase;
    if (words.includes(name)) {
      return { term: { kind: 'word', text: name, value: name }, kind: 'word', place };
    }
    // `first_saturated(a) == first_saturated`: a figure after all.
    if (Object.hasOwn(VERDICTS, name)) {
      const figure = { of: 'verdict', name: name as keyof typeof VERDICTS } as const;
      const term: Term = { kind: 'figure', text: name, factor: 1, policy: null, figure };
      return { term, kind: VERDICTS[figure.name], place };
    }
    const what = words === VERDICT_WORDS ? expected.oneOf(words) : expected.component();
    return this.fail('expectation.unknown', place, what, nearest(name, words));
  }

  private figure(phrase: NamePhrase): { figure: Figure; kind: Kind } | null {
    const { name, namePlace, at } = phrase;
    if (Object.hasOwn(VERDICTS, name)) {
      const verdict = name as keyof typeof VERDICTS;
      if (at !== null) return this.fail('expectation.window', at.place, expected.noWindow(name));
      return { figure: { of: 'verdict', name: verdict }, kind: VERDICTS[verdict] };
    }
    if (name.startsWith('cascade.')) {
      return this.first(phrase, 'cascade', this.known.components, expected.component());
    }
    if (name.startsWith('alerts.') && !this.known.later(name)) {
      return this.first(phrase, 'alert', ALERT_RULES, expected.oneOf(ALERT_RULES));
    }
    if (at !== null && !this.checkTime(at)) return null;
    if (at !== null && 'momentNs' in at) {
      const unit = this.known.series.get(name);
      if (unit !== undefined) {
        return { figure: { of: 'series', name, momentNs: at.momentNs }, kind: unit };
      }
      if (!this.known.metrics.has(name)) return this.unknown(name, namePlace);
      return this.fail('expectation.window', namePlace, expected.series());
    }
    const unit = this.known.metrics.get(name);
    if (unit !== undefined) {
      return { figure: { of: 'metric', name, window: at?.window ?? null }, kind: unit };
    }
    if (!this.known.series.has(name)) return this.unknown(name, namePlace);
    return this.fail('expectation.window', at?.place ?? namePlace, expected.momentOf(name));
  }

  /** When something was first marked: a component in the cascade, an alert by its rule. */
  private first(
    { name, namePlace, at }: NamePhrase,
    of: 'cascade' | 'alert',
    names: readonly string[],
    what: string,
  ): { figure: Figure; kind: Kind } | null {
    if (at !== null) return this.fail('expectation.window', at.place, expected.noWindow(name));
    const own = name.slice(name.indexOf('.') + 1);
    if (names.includes(own)) return { figure: { of, name: own }, kind: 'seconds' };
    const place = { from: namePlace.to - own.length, to: namePlace.to };
    return this.fail('expectation.unknown', place, what, nearest(own, names));
  }

  private checkPolicy({ policy }: NamePhrase): void {
    if (policy === null || this.known.policies.includes(policy.name)) return;
    const near = nearest(policy.name, this.known.policies);
    this.fail('expectation.unknown', policy.place, expected.policy(), near);
  }

  private checkTime(at: NonNullable<NamePhrase['at']>): boolean {
    const { durationNs } = this.known;
    const reached = 'momentNs' in at ? at.momentNs < durationNs : at.window.toNs <= durationNs;
    if (!reached) this.fail('expectation.window', at.place, expected.within(durationNs / 1e9));
    return reached;
  }

  private unknown(name: string, place: Place): null {
    if (this.known.later(name)) return this.fail('expectation.not_yet', place, expected.metric());
    const near = nearest(name, allNames(this.known));
    return this.fail('expectation.unknown', place, expected.metric(), near);
  }

  private fail(
    code: Mistake['code'],
    place: Place,
    what: string,
    near: string | null = null,
  ): null {
    this.mistakes.push(new Mistake(code, place, what, this.text(place), near));
    return null;
  }

  private text({ from, to }: Place): string {
    return this.that.slice(from, to);
  }
}

function isBare(phrase: NamePhrase): boolean {
  return phrase.factor === null && phrase.policy === null && phrase.at === null;
}

/** That of the figure: a share may be compared with a bare number. */
function unitOf(left: Resolved, right: Resolved): Unit | null {
  const { kind } = left.term.kind === 'figure' ? left : right;
  return isNumber(kind) ? kind : null;
}

/** What is wrong with comparing these two so; null where nothing is. */
function incomparable(
  that: string,
  left: Resolved,
  comparison: string,
  right: Resolved,
): Mistake | null {
  const fail = ({ place }: Resolved, what: string): Mistake =>
    new Mistake('expectation.kind', place, what, that.slice(place.from, place.to));
  if (left.term.kind !== 'figure' && right.term.kind !== 'figure') {
    return fail(left, expected.figure());
  }
  const equality = comparison === '==' || comparison === '!=';
  for (const side of [left, right]) {
    if (!equality && !isNumber(side.kind)) return fail(side, expected.ordered());
  }
  if (left.kind === 'null' || right.kind === 'null') return null;
  const [figure, other] = left.term.kind === 'figure' ? [left, right] : [right, left];
  if (!isNumber(figure.kind) || !isNumber(other.kind)) {
    if (figure.kind === other.kind) return null;
    return fail(other, expected.alike(isNumber(figure.kind) ? 'a number' : `a ${figure.kind}`));
  }
  if (other.term.kind === 'figure') return null;
  if (!fits(other, figure.kind)) return fail(other, expected.unit(EXAMPLES[figure.kind]));
  return isBeyondWhole(figure, other) ? fail(other, expected.partOfWhole()) : null;
}

/** Whether a value may stand beside a figure of this unit: 0 always, shares as bare numbers too. */
function fits({ term, kind }: Resolved, unit: Unit): boolean {
  if (kind === unit || (term.kind === 'value' && term.value === 0 && kind === 'number'))
    return true;
  return (kind === 'share' && unit === 'number') || (kind === 'number' && unit === 'share');
}

/** Who holds a share against a bare 95 means 95%: `< 95` would always hold. */
function isBeyondWhole(figure: Resolved, { kind, term }: Resolved): boolean {
  if (figure.kind !== 'share' || figure.term.kind !== 'figure' || kind !== 'number') return false;
  return figure.term.factor === 1 && term.kind === 'value' && Number(term.value) >= 2;
}

function isNumber(kind: Kind | 'null'): kind is Unit {
  return kind !== 'boolean' && kind !== 'word' && kind !== 'null';
}
