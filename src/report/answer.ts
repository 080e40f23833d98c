import type { Verdict } from '../study/result.js';
import {
  type Delta,
  Differences,
  extremes,
  MEASURES,
  type Measure,
  type Valued,
  writeDifference,
  writeFigure,
} from './differences.js';
import { formatShare } from './format.js';
import { html, type Markup } from './html.js';
import { own, type ReportInput } from './input.js';

/** A name in a sentence: strong on a page, code in Markdown. */
interface Named {
  name: string;
}

/** A sentence piece by piece. */
export type Words = readonly (string | Named)[];

/** A longer list of names is cut, with how many more there are. */
const NAMES_MAX = 4;

/** What became of one policy, and of several: in the order in which they are told. */
const FATES: readonly [Verdict['is'], one: string, several: string][] = [
  ['unharmed', 'was unharmed', 'were unharmed'],
  ['recovered', 'recovered', 'recovered'],
  [
    'recovering',
    'was still recovering when the run ended',
    'were still recovering when the run ended',
  ],
  [
    'metastable',
    'stayed down after the fault was gone (metastable)',
    'stayed down after the fault was gone (metastable)',
  ],
  ['down', 'was down with its fault still on', 'were down with their faults still on'],
  ['overloaded', 'was overloaded before any fault', 'were overloaded before any fault'],
  ['crash_loop', 'fell into a crash loop', 'fell into a crash loop'],
  ['deadlocked', 'deadlocked', 'deadlocked'],
];

/** "a, b and c" */
function listed(names: readonly string[]): Words {
  const shown = names.length > NAMES_MAX ? names.slice(0, NAMES_MAX - 1) : names;
  const more = names.length - shown.length;
  const parts = shown.flatMap((name, index) => {
    if (index === 0) return [{ name }];
    return [index === names.length - 1 ? ' and ' : ', ', { name }];
  });
  return more > 0 ? [...parts, ` and ${more} more`] : parts;
}

/** What happened under each policy: those of one fate together. */
function fates({ result }: ReportInput): Words | null {
  const entries = Object.entries(result.policies);
  const told = FATES.flatMap(([is, one, several]): Words[] => {
    const names = entries.filter(([, { verdict }]) => verdict.is === is).map(([name]) => name);
    if (names.length === 0) return [];
    const all = names.length === entries.length && names.length > 2;
    if (all) return [[`all ${names.length} policies ${several}`]];
    return [[...listed(names), ` ${names.length > 1 ? several : one}`]];
  });
  if (told.length === 0) return null;
  return told.flatMap((part, index) => {
    if (index === 0) return part;
    return [index === told.length - 1 ? ', and ' : ', ', ...part];
  });
}

/** What is behind a difference: its interval, or why there is none. */
function grounds(measure: Measure, delta: Delta | null, runs: number): string {
  if (delta === null || delta.estimate === null) return '';
  const { interval, kind } = delta;
  switch (kind) {
    case 'exact':
      return ' (exact: nothing is left to chance)';
    case 'single':
      return ' (one run of each, so without an interval: chance may have had its part)';
    default: {
      if (interval === null) return '';
      const [low, high] = interval.map((end) => writeDifference(measure, end));
      const pairing =
        kind === 'paired' ? `${runs} runs on the same seeds` : 'runs on seeds of their own';
      return ` (95% interval of the difference: ${low} to ${high}, ${pairing})`;
    }
  }
}

/** Why nothing can be told apart. */
function noneShown(valued: readonly Valued[], measure: Measure, of: Differences): string {
  const values = valued.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) =>
    writeFigure(measure, value),
  );
  const span = low === high ? low : `${low} to ${high}`;
  const [a, b] = valued;
  const isSingle = a && b && of.pair(a.name, b.name)?.kind === 'single';
  const why = isSingle ? ', one run of each' : '';
  const whose = valued.length === 2 ? 'the two' : 'them';
  return `no difference in goodput was shown between ${whose} (${span}${why})`;
}

/** Which policy kept the most good answers, and by how much. */
function best(input: ReportInput): Words | null {
  const { policies } = input.result;
  const measure = MEASURES.find(({ metric }) => metric === 'goodput') as Measure;
  const valued = Object.entries(policies).flatMap(([name, { metrics }]): Valued[] => {
    const value = own(metrics, 'goodput') ?? null;
    return value === null ? [] : [{ name, value }];
  });
  if (valued.length < 2) return null;
  const differences = new Differences(input.result);
  const found = extremes(measure, valued, differences);
  const [first] = found.best;
  if (!first) return [noneShown(valued, measure, differences)];
  const rest = valued
    .filter((one) => !found.best.includes(one))
    .sort((one, other) => other.value - one.value);
  const next = rest[0] as Valued;
  const delta = differences.of('goodput', first.name, next.name);
  const runs = differences.pair(first.name, next.name)?.runs ?? 1;
  const ratio = own(policies[first.name]?.metrics ?? {}, 'goodput_ratio') ?? null;
  const share = ratio === null ? '' : `, ${formatShare(ratio)} of what was offered`;
  const by = delta?.estimate ?? first.value - next.value;
  const equals = found.best.length > 1 ? ', with no difference shown between them' : '';
  const least = rest.length === 1 ? 'the other' : 'the next';
  const figures = `${writeFigure(measure, first.value)} of good answers${share}`;
  return [
    ...listed(found.best.map(({ name }) => name)),
    ` did best${equals}: ${figures}, ${writeFigure(measure, by)} more than ${least}, `,
    { name: next.name },
    grounds(measure, delta, runs),
  ];
}

/** The answer in one sentence: what became of each policy, which did best, and by how much. */
export function answerWords(input: ReportInput): Words | null {
  const parts = [fates(input), best(input)].filter((part) => part !== null);
  if (parts.length === 0) return null;
  const sentence = parts.flatMap((part, index) => (index > 0 ? ['; ', ...part] : part));
  return [...capitalised(sentence), '.'];
}

/** The same as it opens a page. */
export function answer(input: ReportInput): Markup | null {
  const words = answerWords(input);
  if (words === null) return null;
  const parts = words.map((word) =>
    typeof word === 'string' ? word : html`<strong>${word.name}</strong>`,
  );
  return html`<p class="lead">${parts}</p>`;
}

/** Names stay as they are written; words begin a sentence with a capital. */
function capitalised(words: Words): Words {
  const [first, ...rest] = words;
  if (typeof first !== 'string') return words;
  return [first.charAt(0).toUpperCase() + first.slice(1), ...rest];
}
