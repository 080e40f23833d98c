import {
  type Delta,
  Differences,
  MEASURES,
  type Measure,
  RECOVERY,
  type Told,
  tellDifference,
} from '../differences.js';
import { html, type Markup } from '../html.js';
import { policiesOf, type ReportInput } from '../input.js';
import { policyName } from './marks.js';

/** Every pair is told in a table of its own where there are no more. */
const PAIRS_MAX = 15;

/** What differences are told of: where a policy does better than another. */
const TOLD: readonly Measure[] = [...MEASURES, RECOVERY].filter(
  ({ better }) => better !== 'neither',
);

/** What the page's script needs to tell the differences against another policy. */
export interface DifferencesData {
  /** The places in `MEASURES` and `RECOVERY` by their metrics. */
  measures: Measure[];
  /** The two policies' places, and a difference a measure: the first's less the second's. */
  pairs: [of: number, against: number, deltas: (Delta | null)[]][];
}

/** Null where there is nothing to compare. */
export function differencesData(input: ReportInput): DifferencesData | null {
  const { pairs } = input.result;
  const places = new Map(policiesOf(input.result).map(({ name, index }) => [name, index]));
  const differences = new Differences(input.result);
  const told = Object.values(pairs).flatMap(({ a, b }): DifferencesData['pairs'] => {
    const [of, against] = [places.get(a), places.get(b)];
    if (of === undefined || against === undefined) return [];
    return [[of, against, TOLD.map(({ metric }) => rounded(differences.of(metric, a, b)))]];
  });
  return told.length > 0 ? { measures: [...TOLD], pairs: told } : null;
}

/** Six digits are more than a table writes. */
function rounded(delta: Delta | null): Delta | null {
  if (delta === null) return null;
  const short = (value: number): number => Number(value.toPrecision(6));
  const { estimate, interval } = delta;
  return {
    ...delta,
    estimate: estimate === null ? null : short(estimate),
    interval: interval === null ? null : [short(interval[0]), short(interval[1])],
  };
}

function cell({ text, detail, verdict }: Told): Markup {
  const word = verdict === null ? null : html` <span class="${verdict}">${verdict}</span>`;
  const below = detail === '' ? null : html`<span class="interval">${detail}</span>`;
  return html`<td>${text}${word}${below}</td>`;
}

function table(caption: Markup, heading: string, rows: readonly Markup[]): Markup {
  const headings = TOLD.map(
    (measure) => html`<th scope="col" title="${measure.explained}">${measure.heading}</th>`,
  );
  return html`<table class="differences">
<caption>${caption}</caption>
<thead><tr><th scope="col">${heading}</th>${headings}</tr></thead>
<tbody>
${rows}</tbody>
</table>\n`;
}

/** How the differences came about, once for all. */
function method({ result }: ReportInput): string {
  const kinds = new Set(Object.values(result.pairs).map(({ kind }) => kind));
  const told: string[] = [];
  if (kinds.has('paired')) {
    told.push('Below each the 95% interval of the paired difference: both ran on the same seeds.');
  }
  if (kinds.has('unpaired')) {
    told.push('Where two share no seeds the interval is that of independent runs, and wider.');
  }
  if (kinds.has('exact')) told.push('Exact: nothing is left to chance.');
  if (kinds.has('single')) {
    told.push(
      'There was one run of each, so there is no interval: chance may have had its part. ' +
        'Several replications tell.',
    );
  }
  if (kinds.has('paired') || kinds.has('unpaired')) {
    told.push('No difference is shown where the interval covers zero.');
  }
  return told.join(' ');
}

/** The differences of all policies against the first, and of every pair where these are few. */
export function differencesMarkup(input: ReportInput): Markup | null {
  const policies = policiesOf(input.result);
  const [reference] = policies;
  const differences = new Differences(input.result);
  const row = (head: Markup, of: string, against: string): Markup => {
    const cells = TOLD.map((measure) =>
      cell(tellDifference(measure, differences.of(measure.metric, of, against))),
    );
    return html`<tr><th scope="row">${head}</th>${cells}</tr>\n`;
  };
  const pairs = Object.values(input.result.pairs);
  if (!reference || pairs.length === 0) return null;
  const compared = policies.filter(({ name }) => differences.pair(name, reference.name) !== null);
  const first = compared.map(({ name, index }) =>
    row(policyName(name, index), name, reference.name),
  );
  const places = new Map(policies.map(({ name, index }) => [name, index]));
  const every = pairs.map(({ a, b }) => {
    const head = html`${policyName(a, places.get(a) ?? 0)} against ${policyName(b, places.get(b) ?? 0)}`;
    return row(head, a, b);
  });
  const all = html`<details>
<summary>Every pair of policies</summary>
<div class="scroll" role="group" aria-label="Every pair of policies" tabindex="0">
${table(html`The first less the second. ${method(input)}`, 'Pair', every)}</div>
</details>\n`;
  const isShort = every.length > first.length && every.length <= PAIRS_MAX;
  return html`<h3 id="h-differences">Differences</h3>
<div id="reference"></div>
<div class="scroll" role="group" aria-labelledby="h-differences" tabindex="0" id="differences">
${table(
  html`Each policy less <strong class="reference">${reference.name}</strong>. ${method(input)}`,
  'Policy',
  first,
)}</div>
${isShort || first.length === 0 ? all : null}`;
}
