import type { PolicyResult } from '../../study/result.js';
import { formatNumber, formatRate, formatSeconds, formatShare, formatTimes } from '../format.js';
import { html, type Markup } from '../html.js';
import { own, type ReportInput } from '../input.js';
import { deepestQueue, recoveryTime, verdictTone, verdictWord } from '../words.js';
import { policyName } from './marks.js';

interface Column {
  metric: string;
  heading: string;
  explained: string;
  write: (value: number | null) => string;
}

const COLUMNS: Column[] = [
  {
    metric: 'offered',
    heading: 'Offered',
    explained: 'Requests a second that the producers sent',
    write: formatRate,
  },
  {
    metric: 'goodput',
    heading: 'Goodput',
    explained: 'Good answers a second: in time and undegraded',
    write: formatRate,
  },
  {
    metric: 'goodput_ratio',
    heading: 'Good share',
    explained: 'Good answers as a share of what was offered',
    write: formatShare,
  },
  {
    metric: 'latency.p50',
    heading: 'p50',
    explained: 'Half of the successes took no longer',
    write: formatSeconds,
  },
  {
    metric: 'latency.p99',
    heading: 'p99',
    explained: 'Of a hundred successes, 99 took no longer',
    write: formatSeconds,
  },
  {
    metric: 'amplification',
    heading: 'Amplification',
    explained: 'Attempts sent for each first try, on the worst edge',
    write: formatTimes,
  },
  {
    metric: 'wasted_work',
    heading: 'Wasted work',
    explained: 'Share of worker time spent on what nobody was waiting for',
    write: formatShare,
  },
];

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

function figure(policy: PolicyResult, column: Column, notes: Footnotes): Markup {
  const { metric, write } = column;
  const value = own(policy.metrics, metric) ?? null;
  const reason = own(policy.notes, metric);
  if (value === null) return noted('–', reason ?? 'not measured in this run', notes);
  if (reason !== undefined) return noted(`≥ ${write(value)}`, reason, notes);
  return html`${write(value)}`;
}

function interval(policy: PolicyResult, metric: string, write: Column['write']): Markup | null {
  const span = own(policy.intervals, metric);
  return span ? html`<span class="interval">${write(span[0])} – ${write(span[1])}</span>` : null;
}

function recovery(policy: PolicyResult, notes: Footnotes): Markup {
  const time = recoveryTime(policy);
  if (time !== null) {
    return html`${formatSeconds(time)}${interval(policy, 'recovery_time', formatSeconds)}`;
  }
  const given = own(policy.notes, 'recovery_time');
  const { recovered } = policy.verdict;
  const reason =
    recovered === null ? 'no fault to recover from' : 'did not recover before the run ended';
  return noted('–', given ?? reason, notes);
}

function row(name: string, index: number, policy: PolicyResult, notes: Footnotes): Markup {
  const cells = COLUMNS.map(
    (column) =>
      html`<td>${figure(policy, column, notes)}${interval(policy, column.metric, column.write)}</td>`,
  );
  const queue = deepestQueue(policy);
  const depth = queue
    ? html`${formatNumber(queue.depth)}<span class="interval">at ${queue.component}</span>`
    : noted('–', 'no queue was measured', notes);
  const tone = verdictTone(policy.verdict);
  return html`<tr>
<th scope="row">${policyName(name, index)}</th>
${cells}<td>${depth}</td>
<td class="word"><span class="verdict tone-${tone}">${verdictWord(policy.verdict)}</span></td>
<td>${recovery(policy, notes)}</td>
</tr>\n`;
}

function caption(input: ReportInput): string {
  const all = Object.values(input.result.policies);
  const runs = Math.max(...all.map(({ replications }) => replications.length), 1);
  const several = runs > 1 ? ` Means of ${runs} replications, with 95% intervals below them.` : '';
  return `Figures after the warm-up.${several}`;
}

/** One row a policy; what is missing is a dash that says why. */
export function comparisonSection(input: ReportInput): Markup {
  const notes = new Footnotes();
  const rows = Object.entries(input.result.policies).map(([name, policy], index) =>
    row(name, index, policy, notes),
  );
  const headings = COLUMNS.map(
    ({ heading, explained }) => html`<th scope="col" title="${explained}">${heading}</th>`,
  );
  const footnotes = notes.texts.map(
    (text, index) => html`<li id="note-${index + 1}">${text}</li>\n`,
  );
  return html`<section aria-labelledby="h-comparison">
<h2 id="h-comparison">The policies compared</h2>
<div class="scroll" role="group" aria-labelledby="h-comparison" tabindex="0">
<table class="comparison">
<caption>${caption(input)}</caption>
<thead><tr><th scope="col">Policy</th>${headings}
<th scope="col" title="The most requests that waited at one component">Deepest queue</th>
<th scope="col" class="word">Verdict</th>
<th scope="col" title="From the end of the last fault">Recovery</th></tr></thead>
<tbody>
${rows}</tbody>
</table>
</div>
${footnotes.length > 0 ? html`<ol class="notes">\n${footnotes}</ol>` : null}
</section>\n`;
}
