import type { Window } from '../measure/measured.js';
import type { Unit } from '../measure/names.js';
import { readDurationNs, readLiteral } from './literal.js';
import * as messages from './messages.js';
import { Mistake, type Place } from './mistake.js';

export type Operator = '<' | '<=' | '>' | '>=' | '==' | '!=';

export type Comparison = { kind: Operator } | { kind: 'within'; share: number };

/** What an expectation says, before anyone has looked whether there is such a figure. */
export interface Sentence {
  left: Phrase;
  comparison: Comparison;
  right: Phrase;
}

export type Phrase = ValuePhrase | NamePhrase;

export interface ValuePhrase {
  kind: 'value';
  place: Place;
  value: number | boolean | null;
  /** null for true, false and null. */
  unit: Unit | null;
}

export interface NamePhrase {
  kind: 'name';
  place: Place;
  /** The name alone, an edge written as "a -> b". */
  name: string;
  namePlace: Place;
  factor: number | null;
  policy: { name: string; place: Place } | null;
  at: { window: Window; place: Place } | { momentNs: number; place: Place } | null;
}

/** Letters, digits, _ and -, but not the - of an arrow. */
const NAME = /[A-Za-z](?:[A-Za-z0-9_]|-(?!>))*/y;
/** What may be a value: up to a space, a bracket, an operator or the dots of a window. */
const VALUE = /-?\d(?:(?!\.\.)[^\s()<>=!*@])*/y;
const OPERATOR = /<=|>=|==|!=|<|>/y;
const PIECE = /[^\s()<>=!*@]+|[<>=!]+|\S/y;
const SPACE = /\s*/y;

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/**
 * Reads an expectation. Spaces may stand anywhere between the pieces.
 *
 *     expectation ::= term operator term | term "within" share "of" term
 *     operator    ::= "<" | "<=" | ">" | ">=" | "==" | "!="
 *     term        ::= value | figure
 *     value       ::= duration | rate | size | share | number | "true" | "false" | "null"
 *     figure      ::= [ number "*" ] metric [ "(" name ")" ] [ "@" when ]
 *     metric      ::= name { "." name } | "calls." end "->" end { "." name }
 *     end         ::= name [ "/" name ]
 *     when        ::= duration ".." duration | duration
 *     name        ::= letter { letter | digit | "_" | "-" }
 *
 * Throws a Mistake at the first piece that does not fit. A figure that is one name alone may turn
 * out to be a word (`recovered`, a component): who reads the sentence decides.
 */
export function parse(text: string): Sentence {
  const reader = new Reader(text);
  const left = reader.term();
  const comparison = reader.comparison();
  const right = reader.term();
  reader.end();
  return { left, comparison, right };
}

/** Reads one term, as it stands in an expectation. Throws a Mistake likewise. */
export function parseTerm(text: string): Phrase {
  const reader = new Reader(text);
  const phrase = reader.term();
  reader.end();
  return phrase;
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  term(): Phrase {
    const from = this.skip();
    const number = this.take(VALUE);
    if (number !== null) {
      const literal = readLiteral(number);
      if (literal === null) throw this.mistake(from, messages.expected.value());
      if (this.take(/\*/y, true) === null) {
        return { kind: 'value', place: { from, to: this.at }, ...literal };
      }
      if (literal.unit !== 'number') throw this.mistake(from, messages.expected.factor());
      return this.figure(from, literal.value);
    }
    const figure = this.figure(from, null);
    if (figure.policy !== null || figure.at !== null) return figure;
    const value = CONSTANTS.get(figure.name);
    if (value === undefined) return figure;
    return { kind: 'value', place: figure.place, value, unit: null };
  }

  comparison(): Comparison {
    const from = this.skip();
    const operator = this.take(OPERATOR);
    if (operator !== null) return { kind: operator as Operator };
    if (this.take(NAME) !== 'within') throw this.mistake(from, messages.expected.comparison());
    const shareAt = this.skip();
    const literal = readLiteral(this.take(VALUE) ?? '');
    if ((literal?.unit !== 'share' && literal?.unit !== 'number') || literal.value < 0) {
      throw this.mistake(shareAt, messages.expected.share());
    }
    const ofAt = this.skip();
    if (this.take(NAME) !== 'of') throw this.mistake(ofAt, messages.expected.of());
    return { kind: 'within', share: literal.value };
  }

  end(): void {
    const from = this.skip();
    if (from < this.text.length) throw this.mistake(from, messages.expected.end());
  }

  private figure(from: number, factor: number | null): NamePhrase {
    const namePlace = { from: this.skip(), to: 0 };
    const name = this.metric();
    namePlace.to = this.at;
    const policy = this.policy();
    const at = this.when();
    const place = { from, to: this.at };
    return { kind: 'name', place, name, namePlace, factor, policy, at };
  }

  private metric(): string {
    let path = this.need(NAME, messages.expected.term());
    if (path === 'calls' && this.take(/\./y) !== null) {
      path += `.${this.edgeEnd()} `;
      this.need(/->/y, messages.expected.arrow(), true);
      path += `-> ${this.edgeEnd()}`;
    }
    while (this.take(/\.(?!\.)/y) !== null) path += `.${this.need(NAME, messages.expected.name())}`;
    return path;
  }

  /** One end of an edge. */
  private edgeEnd(): string {
    const name = this.need(NAME, messages.expected.edgeEnd(), true);
    if (this.take(/\//y) === null) return name;
    return `${name}/${this.need(NAME, messages.expected.name())}`;
  }

  private policy(): NamePhrase['policy'] {
    if (this.take(/\(/y, true) === null) return null;
    const from = this.skip();
    const name = this.need(NAME, messages.expected.policy());
    const place = { from, to: this.at };
    this.need(/\)/y, messages.expected.bracket(), true);
    return { name, place };
  }

  private when(): NamePhrase['at'] {
    if (this.take(/@/y, true) === null) return null;
    const from = this.skip();
    const fromNs = this.duration();
    if (this.take(/\.\./y, true) === null)
      return { momentNs: fromNs, place: { from, to: this.at } };
    this.skip();
    const toNs = this.duration();
    const place = { from, to: this.at };
    if (toNs <= fromNs) throw this.mistake(from, messages.expected.laterEnd());
    return { window: { fromNs, toNs }, place };
  }

  private duration(): number {
    const from = this.at;
    const ns = readDurationNs(this.take(VALUE) ?? '');
    if (ns === null) throw this.mistake(from, messages.expected.duration());
    return ns;
  }

  private skip(): number {
    SPACE.lastIndex = this.at;
    SPACE.exec(this.text);
    this.at = SPACE.lastIndex;
    return this.at;
  }

  /** The piece that stands here, or null; with `spaced` it may stand after spaces. */
  private take(pattern: RegExp, spaced = false): string | null {
    const before = this.at;
    if (spaced) this.skip();
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) {
      this.at = before;
      return null;
    }
    this.at = pattern.lastIndex;
    return found[0];
  }

  private need(pattern: RegExp, expected: string, spaced = false): string {
    const found = this.take(pattern, spaced);
    if (found === null) throw this.mistake(this.at, expected);
    return found;
  }

  private mistake(at: number, expected: string): Mistake {
    this.at = at;
    const from = this.skip();
    PIECE.lastIndex = from;
    const found = PIECE.exec(this.text)?.[0] ?? '';
    return new Mistake('expectation.syntax', { from, to: from + found.length }, expected, found);
  }
}
