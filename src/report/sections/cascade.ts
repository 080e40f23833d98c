import type { FaultSpan, PolicyResult } from '../../study/result.js';
import { formatMoment, formatSeconds } from '../format.js';
import { html, type Markup } from '../html.js';
import { type ReportInput, runSeconds } from '../input.js';
import { firstAlertLead, recoveryTime } from '../words.js';
import { policyName } from './marks.js';

interface Moment {
  at: number;
  kind: 'fault' | 'cascade' | 'alert' | 'scaling' | 'end';
  text: string;
}

/** The first alert of each rule, but for those that were over before anything went wrong. */
function warnings({ alerts }: PolicyResult, faults: readonly FaultSpan[]): Moment[] {
  const begins = faults.flatMap(({ from, set }) => (set === true ? [] : from));
  const firstFault = begins.length > 0 ? Math.min(...begins) : 0;
  const rules = new Set<string>();
  return alerts.flatMap(({ at, rule, text, until }) => {
    if ((until !== null && until < firstFault) || rules.has(rule)) return [];
    rules.add(rule);
    return { at, kind: 'alert', text: `Alert ${rule}: ${text}` };
  });
}

/** A list of every step of a restless autoscaler nobody reads. */
const MOST_SCALINGS = 12;

/** When other numbers of replicas were wanted. */
function scaled({ scalings = [] }: PolicyResult): Moment[] {
  const told = scalings.slice(0, MOST_SCALINGS).map(({ at, text }): Moment => {
    return { at, kind: 'scaling', text: `Scales ${text}` };
  });
  const last = told.at(-1);
  const more = scalings.length - told.length;
  if (last !== undefined && more > 0) last.text += `, and ${more} times more`;
  return told;
}

function moments(policy: PolicyResult, faults: readonly FaultSpan[]): Moment[] {
  const told: Moment[] = [];
  const runEnd = runSeconds(policy) || Infinity;
  for (const { from, to, text, set } of faults) {
    if (set === true) {
      told.push({ at: from, kind: 'fault', text: `An operator acts: ${text}` });
      if (to < runEnd) told.push({ at: to, kind: 'fault', text: `Taken back: ${text}` });
      continue;
    }
    // What is emptied is empty at once.
    if (to === from) {
      told.push({ at: from, kind: 'fault', text: `Fault: ${text}` });
      continue;
    }
    told.push({ at: from, kind: 'fault', text: `Fault begins: ${text}` });
    if (to < runEnd) told.push({ at: to, kind: 'fault', text: `Fault ends: ${text}` });
  }
  for (const { at, text } of policy.verdict.cascade) {
    // The moment stands in a column of its own.
    told.push({ at, kind: 'cascade', text: text.replace(/^[\d.,]+ s\s+/, '') });
  }
  told.push(...warnings(policy, faults), ...scaled(policy));
  const recovered = recoveryTime(policy);
  const end = Math.max(...faults.flatMap(({ to, set }) => (set === true ? [] : to)));
  if (policy.verdict.is === 'recovered' && recovered !== null && Number.isFinite(end)) {
    const text = `Recovered, ${formatSeconds(recovered)} after the last fault ended`;
    told.push({ at: end + recovered, kind: 'end', text });
  }
  return told.sort((a, b) => a.at - b.at);
}

function story(
  name: string,
  index: number,
  policy: PolicyResult,
  faults: readonly FaultSpan[],
): Markup {
  const { cascade, crash_loop: loop, deadlock } = policy.verdict;
  const rows = moments(policy, faults).map(
    ({ at, kind, text }) =>
      html`<li class="${kind}"><span class="time">${formatMoment(at)}</span> <span>${text}</span></li>\n`,
  );
  const quiet = cascade.length === 0 ? html`<p>Nothing was saturated.</p>\n` : null;
  const knot = deadlock === null ? null : html`<p><strong>Deadlock:</strong> ${deadlock}</p>\n`;
  const crashes = loop === undefined ? null : html`<p><strong>Crash loop:</strong> ${loop}</p>\n`;
  const lead = firstAlertLead(policy);
  const warned = lead === null ? null : html`<p><strong>First alert:</strong> ${lead}</p>\n`;
  return html`<article>
<h3>${policyName(name, index)}</h3>
${knot}${crashes}${warned}${quiet}${rows.length > 0 ? html`<ol class="timeline">\n${rows}</ol>` : null}
</article>\n`;
}

/** How the trouble spread under each policy, in words with times. */
export function cascadeSection(input: ReportInput): Markup {
  const stories = Object.entries(input.result.policies).map(([name, policy], index) =>
    story(name, index, policy, policy.faults),
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
