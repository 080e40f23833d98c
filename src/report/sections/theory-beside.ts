import type { PolicyResult, TheoryForm, TheoryRefusal } from '../../study/result.js';
import { formatNumber, formatRate, formatSeconds, formatShare } from '../format.js';
import { html, type Markup } from '../html.js';
import { own, type ReportInput } from '../input.js';
import { policyName } from './marks.js';

/** Rows that are shown at once; the rest can be opened. */
const ROWS_SHORT = 12;
const REASONS_SHORT = 3;
/** What one asks first, of a component and of a client. */
const TOLD_FIRST = /(wait\.(mean|p99)|latency\.(mean|p99)|rejected_ratio|throughput|utilization)$/;

interface Row {
  name: string;
  index: number;
  policy: PolicyResult;
  form: TheoryForm;
  metric: string;
  value: number;
}

function rowsOf({ result }: ReportInput): Row[] {
  return Object.entries(result.policies).flatMap(([name, policy], index) =>
    (policy.theory.forms ?? []).flatMap((form) =>
      Object.entries(form.figures).map(([metric, value]) => {
        return { name, index, policy, form, metric, value };
      }),
    ),
  );
}

function writerOf(metric: string): (value: number | null) => string {
  if (/(latency|wait|sojourn)\.[a-z0-9]+$/.test(metric)) return formatSeconds;
  if (/_ratio$|utilization$/.test(metric)) return formatShare;
  return metric.endsWith('throughput') ? formatRate : formatNumber;
}

/** A name that may go on in the next line behind each of its dots. */
function broken(metric: string): Markup[] {
  return metric.split('.').map((part, i) => (i === 0 ? html`${part}` : html`.<wbr>${part}`));
}

function tableRow({ name, index, policy, form, metric, value }: Row, several: boolean): Markup {
  const write = writerOf(metric);
  const interval = own(policy.intervals, metric) ?? null;
  const span =
    interval === null
      ? null
      : html`<span class="interval">${write(interval[0])} – ${write(interval[1])}</span>`;
  const whose = several ? html`<td class="word">${policyName(name, index)}</td>` : null;
  return html`<tr><th scope="row">${broken(metric)}</th>${whose}<td class="word">${form.form}</td>
<td>${write(value)}</td><td>${write(own(policy.metrics, metric) ?? null)}${span}</td></tr>\n`;
}

function table(rows: readonly Row[], several: boolean, label: string): Markup {
  const whose = several ? html`<th scope="col" class="word">Policy</th>` : null;
  const intervals = rows.some(({ policy }) => policy.replications.length > 1);
  const told = intervals ? 'Means of the replications, with 95% intervals below them.' : '';
  return html`<div class="scroll" role="group" aria-label="${label}" tabindex="0">
<table>
${told === '' ? null : html`<caption>${told}</caption>\n`}<thead><tr><th scope="col">Figure</th>${whose}
<th scope="col" class="word">Form</th><th scope="col">Theory</th><th scope="col">Simulated</th></tr></thead>
<tbody>
${rows.map((row) => tableRow(row, several))}</tbody>
</table>
</div>
`;
}

/** The figures of every form that are asked for first, as many as are shown at once. */
function shortened(rows: readonly Row[]): Row[] {
  const first = rows.filter(({ metric }) => TOLD_FIRST.test(metric));
  return (first.length > 0 ? first : rows).slice(0, ROWS_SHORT);
}

function formsMarkup(input: ReportInput): Markup | null {
  const rows = rowsOf(input);
  if (rows.length === 0) return null;
  const several = Object.keys(input.result.policies).length > 1;
  const shown = shortened(rows);
  const all =
    shown.length < rows.length
      ? html`<details>
<summary>All ${rows.length} figures</summary>
${table(rows, several, 'All figures of theory')}</details>\n`
      : null;
  return html`<p>Where the scenario is exactly what a closed form of queueing theory describes, its
figure stands beside the simulated one. The form is of a run without end; the simulated figure strays
by chance.</p>
${table(shown, several, 'Theory beside simulation')}${all}`;
}

/** The reasons of a policy, components that share one named together. */
function reasonTexts(refused: readonly TheoryRefusal[]): string[] {
  const whose = new Map<string, string[]>();
  for (const { component, reason } of refused) {
    whose.set(reason, [...(whose.get(reason) ?? []), ...(component === null ? [] : [component])]);
  }
  return [...whose].map(([reason, names]) => {
    return names.length === 0 ? reason : `${names.join(', ')}: ${reason}`;
  });
}

/** Why no form fits, each reason once with the policies that have it. */
function refusalsMarkup({ result }: ReportInput): Markup | null {
  const entries = Object.entries(result.policies);
  const reasons = new Map<string, [string, number][]>();
  entries.forEach(([name, { theory }], index) => {
    for (const text of reasonTexts(theory.refused ?? [])) {
      reasons.set(text, [...(reasons.get(text) ?? []), [name, index]]);
    }
  });
  if (reasons.size === 0) return null;
  const items = [...reasons].map(([text, whose]) => {
    const names = whose.length === entries.length ? [] : whose.map(([n, i]) => policyName(n, i));
    const told = names.map((name, i) => html`${i > 0 ? ', ' : ''}${name}`);
    return html`<li>${text}${names.length > 0 ? html` (${told})` : null}</li>\n`;
  });
  const rest = items.slice(REASONS_SHORT);
  const more =
    rest.length > 0
      ? html`<details>\n<summary>${rest.length} more</summary>\n<ul>\n${rest}</ul>\n</details>\n`
      : null;
  return html`<p>No closed form fits:</p>
<ul>
${items.slice(0, REASONS_SHORT)}</ul>
${more}`;
}

/** Each closed form's figures beside the simulated ones, or why none fits; null of old results. */
export function theoryBesideSection(input: ReportInput): Markup | null {
  const forms = formsMarkup(input);
  const refusals = refusalsMarkup(input);
  if (forms === null && refusals === null) return null;
  return html`<section aria-labelledby="h-theory-beside">
<h2 id="h-theory-beside">Theory beside simulation</h2>
${forms}${refusals}</section>\n`;
}
