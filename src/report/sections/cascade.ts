import type { PolicyResult } from '../../study/result.js';
import { formatMoment } from '../format.js';
import { html, type Markup } from '../html.js';
import type { ReportInput } from '../input.js';
import { toldOf } from '../told.js';
import { firstAlertLead, knotWords } from '../words.js';
import { policyName } from './marks.js';

/** An arrow between two names stays whole where a line ends. */
function unbroken(text: string): Markup[] {
  return text
    .split('->')
    .map((part, place) =>
      place === 0 ? html`${part}` : html`<span class="whole">-&gt;</span>${part}`,
    );
}

function story(name: string, index: number, policy: PolicyResult): Markup {
  const { cascade, crash_loop: loop, deadlock } = policy.verdict;
  const rows = toldOf(policy).map(
    ({ at, kind, text }) =>
      html`<li class="${kind}" data-at="${at}"><span class="time">${formatMoment(at)}</span> <span>${unbroken(text)}</span></li>\n`,
  );
  const quiet = cascade.length === 0 ? html`<p>Nothing was saturated.</p>\n` : null;
  const knot =
    deadlock === null ? null : html`<p><strong>Deadlock</strong> ${knotWords(deadlock)}</p>\n`;
  const crashes = loop === undefined ? null : html`<p><strong>Crash loop:</strong> ${loop}</p>\n`;
  const lead = firstAlertLead(policy);
  const warned = lead === null ? null : html`<p><strong>First alert:</strong> ${lead}</p>\n`;
  return html`<article data-policy="${index}">
<h3>${policyName(name, index)}</h3>
${knot}${crashes}${warned}${quiet}${rows.length > 0 ? html`<ol class="timeline">\n${rows}</ol>` : null}
</article>\n`;
}

/** How the trouble spread under each policy, in words with times. */
export function cascadeSection(input: ReportInput): Markup {
  const stories = Object.entries(input.result.policies).map(([name, policy], index) =>
    story(name, index, policy),
  );
  return html`<section aria-labelledby="h-cascade">
<h2 id="h-cascade">The cascade</h2>
<p>When each component was first saturated: its workers busy with a queue full or growing, a pool
exhausted, a breaker open, memory gone, a replica taken out by its health check. Between them the
first alert of each rule: what a monitoring system would have said, and when.</p>
<div class="stories">
${stories}</div>
</section>\n`;
}
