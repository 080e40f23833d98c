import type { PolicyResult } from '../../study/result.js';
import { formatRate, formatShare } from '../format.js';
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

function apart(best: Ranked, worst: Ranked): boolean {
  if (best.interval && worst.interval) return best.interval[0] > worst.interval[1];
  return best.goodput > worst.goodput * 1.005;
}

function figure({ goodput, ratio, interval }: Ranked): string {
  const parts = [formatRate(goodput)];
  if (ratio !== null) parts.push(`${formatShare(ratio)} of what was offered`);
  if (interval) parts.push(`95% interval ${formatRate(interval[0])} to ${formatRate(interval[1])}`);
  return parts.join(', ');
}

/** Which policy kept the most good answers and which the fewest. */
function lead(input: ReportInput): Markup | null {
  const all = Object.entries(input.result.policies).flatMap(ranked);
  all.sort((a, b) => b.goodput - a.goodput);
  const best = all[0];
  const worst = all.at(-1);
  if (!best || !worst || best === worst) return null;
  if (!apart(best, worst)) {
    return html`<p class="lead">No difference in goodput between the policies was shown:
      ${formatRate(worst.goodput)} to ${formatRate(best.goodput)}.</p>`;
  }
  return html`<p class="lead">Most goodput: <strong>${best.name}</strong> (${figure(best)}).
    Least: <strong>${worst.name}</strong> (${figure(worst)}).</p>`;
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
