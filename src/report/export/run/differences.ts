import type { Difference, PairResult, ReportedRun } from '../../../study/result.js';
import { formatNumber, formatRate, formatSeconds } from '../../format.js';
import { own } from '../../input.js';
import { code, table, text } from '../markdown-text.js';

interface Shown {
  metric: string;
  heading: string;
  better: 'higher' | 'lower';
  write: (value: number) => string;
}

const SHOWN: Shown[] = [
  { metric: 'goodput', heading: 'Goodput', better: 'higher', write: formatRate },
  { metric: 'latency.p99', heading: 'p99', better: 'lower', write: formatSeconds },
  { metric: 'amplification', heading: 'Amplification', better: 'lower', write: formatNumber },
  { metric: 'recovery_time', heading: 'Recovery', better: 'lower', write: formatSeconds },
];
/** Of more pairs those with the first policy are told. */
const PAIRS_IN_FULL = 6;

/** What the second of each pair of policies changes against the first, in Markdown. */
export function differencesPart({ differences, pairs }: ReportedRun): string | null {
  const all = Object.entries(pairs);
  const first = all[0]?.[1].a;
  const told = all.length <= PAIRS_IN_FULL ? all : all.filter(([, { a }]) => a === first);
  if (told.length === 0) return null;
  const rows = told.map(([name, pair]) => [
    `${code(pair.b)} against ${code(pair.a)}`,
    ...SHOWN.map((shown) => cell(own(own(differences, name) ?? {}, shown.metric), shown, pair)),
  ]);
  const head = ['Difference', ...SHOWN.map(({ heading }) => heading)];
  const sides = head.map((_, index) => (index === 0 ? 'left' : 'right'));
  return `${table(head, sides, rows)}\n${howSure(told.map(([, pair]) => pair))}\n`;
}

/** "+261/s [259/s, 263/s], better"; in bold where it is more than chance. */
function cell(
  difference: Difference | undefined,
  { better, write }: Shown,
  { kind }: PairResult,
): string {
  const { estimate = null, interval = null, shown = false } = difference ?? {};
  if (estimate === null) return '–';
  // The estimate is A − B; told is what B does to it.
  const change = -estimate;
  const size = signed(change, write);
  const range =
    interval === null || kind === 'exact'
      ? ''
      : ` [${signed(-interval[1], write)}, ${signed(-interval[0], write)}]`;
  if (kind === 'single') return text(size);
  if (!shown) return text(`no difference shown${range}`);
  const word = change > 0 === (better === 'higher') ? 'better' : 'worse';
  return `**${text(size)}**${text(`${range}, ${word}`)}`;
}

function signed(value: number, write: Shown['write']): string {
  if (value === 0) return write(0);
  return `${value > 0 ? '+' : '−'}${write(Math.abs(value))}`;
}

function howSure(pairs: readonly PairResult[]): string {
  const kinds = new Set(pairs.map(({ kind }) => kind));
  const words: string[] = [];
  if (kinds.has('paired')) words.push('On the same seeds, with 95% intervals of the difference.');
  if (kinds.has('unpaired')) words.push('On different seeds, with 95% intervals.');
  if (kinds.has('exact')) words.push('Nothing is left to chance: differences are exact.');
  if (kinds.has('single')) {
    words.push('One seed says nothing of chance: `--replications 10` gives intervals.');
  }
  return words.join(' ');
}
