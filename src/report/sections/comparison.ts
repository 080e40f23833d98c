import type { PolicyResult } from '../../study/result.js';
import {
  Differences,
  extremes,
  MEASURES,
  type Measure,
  RECOVERY,
  type Valued,
  writeFigure,
} from '../differences.js';
import { formatNumber, formatSeconds } from '../format.js';
import { html, type Markup } from '../html.js';
import { own, type ReportInput } from '../input.js';
import { deepestQueue, recoveryTime, verdictTone, verdictWord } from '../words.js';
import { differencesMarkup } from './differences-table.js';
import { policyName } from './marks.js';

/** Collects why figures are missing or only bounds, and numbers them. */
class Footnotes {
  readonly texts: string[] = [];

  /** The number of a note; the same note keeps its number. */
  number(text: string): number {
    const known = this.texts.indexOf(text);
    return known >= 0 ? known + 1 : this.texts.push(text);
  }
}

function noted(text: string, reason: string, notes: Footnotes): Markup {
  const number = notes.number(reason);
  return html`<span title="${reason}">${text}</span><sup><a href="#note-${number}"
    aria-label="note ${number}">${number}</a></sup>`;
}

/** A policy of the table and its place. */
interface Row {
  name: string;
  index: number;
  policy: PolicyResult;
}

/** The best and the worst of a column. */
type Extremes = ReturnType<typeof extremes>;

const DEEPEST: Measure = {
  metric: '',
  heading: 'Deepest queue',
  explained: 'The most requests that waited at one component',
  unit: 'number',
  better: 'lower',
};

function figure(policy: PolicyResult, measure: Measure, notes: Footnotes): Markup {
  const value = own(policy.metrics, measure.metric) ?? null;
  const reason = own(policy.notes, measure.metric);
  if (value === null) return noted('–', reason ?? 'not measured in this run', notes);
  const written = writeFigure(measure, value);
  return reason === undefined ? html`${written}` : noted(`≥ ${written}`, reason, notes);
}

function interval(policy: PolicyResult, measure: Measure): Markup | null {
  const span = own(policy.intervals, measure.metric);
  if (!span) return null;
  const [low, high] = span.map((end) => writeFigure(measure, end));
  return html`<span class="interval">${low} – ${high}</span>`;
}

function recovery(policy: PolicyResult, notes: Footnotes): Markup {
  const time = recoveryTime(policy);
  if (time !== null) return html`${formatSeconds(time)}${interval(policy, RECOVERY)}`;
  const given = own(policy.notes, 'recovery_time');
  const { recovered } = policy.verdict;
  const reason =
    recovered === null ? 'no fault to recover from' : 'did not recover before the run ended';
  return noted('–', given ?? reason, notes);
}

/** A mark in words, so that it is not colour alone that tells. */
function mark({ best, worst }: Extremes, name: string): Markup | null {
  if (best.some((one) => one.name === name)) {
    return html`<span class="mark mark-best"><span aria-hidden="true">▲ </span>best</span>`;
  }
  if (!worst.some((one) => one.name === name)) return null;
  return html`<span class="mark mark-worst"><span aria-hidden="true">▼ </span>worst</span>`;
}

function extremesOf(
  rows: readonly Row[],
  measure: Measure,
  differences: Differences,
  value: (policy: PolicyResult) => number | null,
): Extremes {
  const valued = rows.flatMap(({ name, policy }): Valued[] => {
    const found = value(policy);
    return found === null ? [] : [{ name, value: found }];
  });
  return extremes(measure, valued, differences);
}

/** As good as all of what was offered: little goodput is then little load. */
const ALL_GOOD = 0.99;

/** Nobody is called worst for having been offered less. */
function spared(rows: readonly Row[], { metric }: Measure, found: Extremes): Extremes {
  if (metric !== 'goodput') return found;
  const share = (name: string): number =>
    rows.find((row) => row.name === name)?.policy.metrics['goodput_ratio'] ?? 0;
  return { ...found, worst: found.worst.filter(({ name }) => share(name) < ALL_GOOD) };
}

/** What a column shows of a policy, and who is best in it. */
interface Column {
  measure: Measure;
  cell: (policy: PolicyResult) => Markup;
  extremes: Extremes;
}

function columnsOf(rows: readonly Row[], differences: Differences, notes: Footnotes): Column[] {
  const columns = MEASURES.map((measure): Column => {
    const value = (policy: PolicyResult) => own(policy.metrics, measure.metric) ?? null;
    return {
      measure,
      cell: (policy) => html`${figure(policy, measure, notes)}${interval(policy, measure)}`,
      extremes: spared(rows, measure, extremesOf(rows, measure, differences, value)),
    };
  });
  const depth = (policy: PolicyResult) => deepestQueue(policy)?.depth ?? null;
  return [
    ...columns,
    {
      measure: DEEPEST,
      cell: (policy) => {
        const queue = deepestQueue(policy);
        if (!queue) return noted('–', 'no queue was measured', notes);
        return html`${formatNumber(queue.depth)}<span class="interval">at ${queue.component}</span>`;
      },
      extremes: extremesOf(rows, DEEPEST, differences, depth),
    },
    {
      measure: RECOVERY,
      cell: (policy) => recovery(policy, notes),
      extremes: extremesOf(rows, RECOVERY, differences, recoveryTime),
    },
  ];
}

function rowMarkup({ name, index, policy }: Row, columns: readonly Column[]): Markup {
  const cells = columns.map(
    ({ cell, extremes: found }) => html`<td>${cell(policy)}${mark(found, name)}</td>`,
  );
  const tone = verdictTone(policy.verdict);
  return html`<tr>
<th scope="row">${policyName(name, index)}</th>
<td class="word"><span class="verdict tone-${tone}">${verdictWord(policy.verdict)}</span></td>
${cells}
</tr>\n`;
}

function caption(input: ReportInput): string {
  const all = Object.values(input.result.policies);
  const runs = Math.max(...all.map(({ replications }) => replications.length), 1);
  const several = runs > 1 ? ` Means of ${runs} replications, with 95% intervals below them.` : '';
  const marked = all.length > 1 ? ' Best and worst are marked where a difference is shown.' : '';
  return `Figures after the warm-up.${several}${marked}`;
}

/** One row a policy; what is missing is a dash that says why. Below it, the differences. */
export function comparisonSection(input: ReportInput): Markup {
  const notes = new Footnotes();
  const rows = Object.entries(input.result.policies).map(([name, policy], index): Row => {
    return { name, index, policy };
  });
  const columns = columnsOf(rows, new Differences(input.result), notes);
  const body = rows.map((row) => rowMarkup(row, columns));
  const headings = columns.map(
    ({ measure }) => html`<th scope="col" title="${measure.explained}">${measure.heading}</th>`,
  );
  const footnotes = notes.texts.map(
    (text, index) => html`<li id="note-${index + 1}">${text}</li>\n`,
  );
  return html`<section aria-labelledby="h-comparison">
<h2 id="h-comparison">${rows.length > 1 ? 'The policies compared' : 'The figures'}</h2>
<div class="scroll" role="group" aria-labelledby="h-comparison" tabindex="0">
<table class="comparison">
<caption>${caption(input)}</caption>
<thead><tr><th scope="col">Policy</th><th scope="col" class="word">Verdict</th>${headings}</tr></thead>
<tbody>
${body}</tbody>
</table>
</div>
${footnotes.length > 0 ? html`<ol class="notes">\n${footnotes}</ol>` : null}
${differencesMarkup(input)}</section>\n`;
}
