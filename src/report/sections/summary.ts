import type { PolicyResult } from '../../study/result.js';
import { formatRate, formatShare, formatSpan } from '../format.js';
import { html, type Markup } from '../html.js';
import { own, type ReportInput } from '../input.js';
import { verdictTone, whatHappened } from '../words.js';
import { policyName } from './marks.js';

interface Ranked {
  name: string;
  goodput: number;
  ratio: number | null;
  interval: [number, number] | null;
}

function ranked([name, policy]: [string, PolicyResult]): Ranked[] {
  const goodput = policy.metrics['goodput'] ?? null;
  if (goodput === null) return [];
  const ratio = policy.metrics['goodput_ratio'] ?? null;
  return [{ name, goodput, ratio, interval: own(policy.intervals, 'goodput') ?? null }];
}

/** Below this ratio two runs without intervals are not called different. */
const MARGIN = 1.01;

function apart(better: Ranked, worse: Ranked): boolean {
  if (better.interval && worse.interval) return better.interval[0] > worse.interval[1];
  return better.goodput > worse.goodput * MARGIN;
}

function figures(group: readonly Ranked[]): string {
  const goodputs = group.map(({ goodput }) => goodput);
  const parts = [formatSpan(Math.min(...goodputs), Math.max(...goodputs), 'rate')];
  const [only, another] = group;
  const ratio = only?.ratio ?? null;
  if (ratio !== null) parts.push(`${formatShare(ratio)} of what was offered`);
  if (only?.interval && !another) {
    const [low, high] = only.interval;
    parts.push(`95% interval ${formatRate(low)} to ${formatRate(high)}`);
  }
  return parts.join(', ');
}

function names(group: readonly Ranked[]): Markup[] {
  return group.map(({ name }, index) => {
    const before = index === 0 ? '' : index === group.length - 1 ? ' and ' : ', ';
    return html`${before}<strong>${name}</strong>`;
  });
}

/** Which policies kept the most good answers and which the fewest; equals are named together. */
function lead(input: ReportInput): Markup | null {
  const all = Object.entries(input.result.policies).flatMap(ranked);
  all.sort((a, b) => b.goodput - a.goodput);
  const best = all[0];
  const worst = all.at(-1);
  if (!best || !worst || best === worst) return null;
  if (!apart(best, worst)) {
    return html`<p class="lead">No difference in goodput between the policies was shown:
      ${formatSpan(worst.goodput, best.goodput, 'rate')}.</p>`;
  }
  const most = all.filter((one) => !apart(best, one));
  const least = all.filter((one) => !apart(one, worst) && !most.includes(one));
  return html`<p class="lead">Most goodput: ${names(most)} (${figures(most)}).
    Least: ${names(least)} (${figures(least)}).</p>`;
}

/** The answer first: which did best, and a sentence a policy. */
export function summarySection(input: ReportInput): Markup {
  const sentences = Object.entries(input.result.policies).map(
    ([name, policy], index) =>
      html`<li class="tone-${verdictTone(policy.verdict)}">${policyName(name, index)}
        ${whatHappened(policy)}</li>\n`,
  );
  return html`<section aria-labelledby="h-summary">
<h2 id="h-summary">What happened</h2>
${lead(input)}
<ul class="sentences">
${sentences}</ul>
</section>\n`;
}
