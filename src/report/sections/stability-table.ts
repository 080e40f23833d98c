import type { PolicyStability, Span, StabilityResult } from '../../study/result.js';
import { formatNumber, formatRate, formatSeconds, formatShare } from '../format.js';
import { html, type Markup } from '../html.js';
import { policyName } from './marks.js';

type SayLoad = (load: number) => string;

/** What `spillway stability` found, a row a policy. */
export function stabilityTable(result: StabilityResult): Markup {
  const rows = Object.entries(result.policies).map(([name, policy], index) =>
    row(name, index, policy),
  );
  const notes = Object.entries(result.policies).flatMap(([name, { notes }]) =>
    notes.map((note) => html`<li>${name}: ${note}</li>\n`),
  );
  return html`<p>Loads go up and down again in one run; then a trigger of growing length is tried at each
load. A system is given ${formatSeconds(result.patience)} to come back, ${formatNumber(result.seeds)} seeds a question.</p>
<div class="scroll" role="group" aria-label="Where each policy stands and falls" tabindex="0">
<table>
<caption>Simulated, theory beside it.</caption>
<thead><tr><th scope="col">Policy</th><th scope="col" class="word">Nothing tips it up to</th>
<th scope="col" class="word">Falls by itself from</th><th scope="col" class="word">Falls, going up</th>
<th scope="col" class="word">Is back, going down</th><th scope="col" class="word">Tipped by</th>
<th scope="col" class="word">Back once cut below</th><th scope="col" class="word">Theory: stable below, capacity</th></tr></thead>
<tbody>
${rows}</tbody>
</table>
</div>
${notes.length > 0 ? html`<ul class="notes">\n${notes}</ul>\n` : null}`;
}

function row(name: string, index: number, policy: PolicyStability): Markup {
  const say: SayLoad = policy.unit === 'rate' ? formatRate : formatShare;
  const { bands, loop, shed } = policy;
  const cells = [
    bands === undefined ? '–' : stableText(bands.stable, say),
    bands === undefined ? '–' : (formatOr(bands.unstable.high, say) ?? 'at no load tried'),
    loop === undefined ? '–' : betweenText(loop.falls, say),
    loop === undefined ? '–' : betweenText(loop.rises, say),
    tipText(policy, say),
    shed === undefined ? '–' : (formatOr(shed.to.high, say) ?? 'comes back by itself'),
    theoryText(policy),
  ];
  return html`<tr><th scope="row">${policyName(name, index)}</th>${cells.map(
    (cell) => html`<td class="word">${cell}</td>`,
  )}</tr>\n`;
}

function formatOr(load: number | null, say: SayLoad): string | null {
  return load === null ? null : say(load);
}

function stableText({ low, high }: Span, say: SayLoad): string {
  if (high === null) return 'every load tried';
  return low === null ? 'no load tried' : say(low);
}

function betweenText({ low, high }: Span, say: SayLoad): string {
  if (high === null) return low === null ? 'at no load tried' : `not up to ${say(low)}`;
  return low === null ? `at ${say(high)} or before` : `between ${say(low)} and ${say(high)}`;
}

function tipText({ frontier, trigger }: PolicyStability, say: SayLoad): string {
  const tips = frontier?.points.find(({ duration }) => duration?.high != null);
  if (tips === undefined || trigger === null) return '–';
  const lasts = tips.duration!.at ?? tips.duration!.high!.at;
  return `${trigger.text} for ${formatSeconds(lasts)} at ${say(tips.load)}`;
}

function theoryText({ theory }: PolicyStability): string {
  if (theory.capacity === null) return theory.reason ?? 'no closed form';
  const below = theory.stable_below === null ? '–' : formatRate(theory.stable_below);
  return `${below}, ${formatRate(theory.capacity)}`;
}
