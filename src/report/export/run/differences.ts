import type { PairKind, ReportedRun } from '../../../study/result.js';
import { Differences, MEASURES, RECOVERY, tellDifference } from '../../differences.js';
import { code, table } from '../markdown-text.js';

const SHOWN = [...MEASURES, RECOVERY].filter(({ metric }) =>
  ['goodput', 'latency.p99', 'amplification', 'recovery_time'].includes(metric),
);
/** Of more pairs those with the first policy are told. */
const PAIRS_IN_FULL = 6;

/** What the second of each pair of policies changes against the first, in Markdown. */
export function differencesPart(result: ReportedRun): string | null {
  const all = Object.values(result.pairs);
  const told = all.length <= PAIRS_IN_FULL ? all : all.filter(({ a }) => a === all[0]!.a);
  if (told.length === 0) return null;
  const differences = new Differences(result);
  const rows = told.map(({ a, b }) => [
    `${code(b)} against ${code(a)}`,
    ...SHOWN.map((measure) => {
      const {
        detail,
        text: words,
        verdict,
      } = tellDifference(measure, differences.of(measure.metric, b, a));
      const more = `${detail === '' ? '' : ` [${detail}]`}${verdict === null ? '' : `, ${verdict}`}`;
      return `${verdict === null ? words : `**${words}**`}${more}`;
    }),
  ]);
  const head = ['Difference', ...SHOWN.map(({ heading }) => heading)];
  const sides = head.map((_, index) => (index === 0 ? 'left' : 'right'));
  return `${table(head, sides, rows)}\n${howSure(new Set(told.map(({ kind }) => kind)))}\n`;
}

function howSure(kinds: ReadonlySet<PairKind>): string {
  const words: string[] = [];
  if (kinds.has('paired')) words.push('On the same seeds, with 95% intervals of the difference.');
  if (kinds.has('unpaired')) words.push('On different seeds, with 95% intervals.');
  if (kinds.has('exact')) words.push('Nothing is left to chance: differences are exact.');
  if (kinds.has('single')) {
    words.push('One seed says nothing of chance: `--replications 10` gives intervals.');
  }
  return words.join(' ');
}
