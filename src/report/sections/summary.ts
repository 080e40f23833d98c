import { answer } from '../answer.js';
import { html, type Markup } from '../html.js';
import type { ReportInput } from '../input.js';
import { verdictTone, whatHappened } from '../words.js';
import { policyName } from './marks.js';

/** The answer first: what happened and which did best, then a sentence a policy. */
export function summarySection(input: ReportInput): Markup {
  const sentences = Object.entries(input.result.policies).map(
    ([name, policy], index) =>
      html`<li class="tone-${verdictTone(policy.verdict)}">${policyName(name, index)}
        ${whatHappened(policy)}</li>\n`,
  );
  return html`<section aria-labelledby="h-summary">
<h2 id="h-summary">What happened</h2>
${answer(input)}
<ul class="sentences">
${sentences}</ul>
</section>\n`;
}
