import type { Theory } from '../../study/result.js';
import { formatRate } from '../format.js';
import { html, type Markup } from '../html.js';
import type { ReportInput } from '../input.js';
import { policyName } from './marks.js';

function row(name: string, index: number, theory: Theory): Markup {
  const head = html`<th scope="row">${policyName(name, index)}</th>`;
  if (theory.capacity === null) {
    const reason = theory.reason ?? 'no closed form';
    return html`<tr>${head}<td class="word" colspan="3">${reason}</td></tr>\n`;
  }
  const stable = theory.stable_below;
  return html`<tr>${head}<td>${formatRate(theory.capacity)}</td>
<td class="word">${theory.bottleneck ?? '–'}</td>
<td>${stable === null ? '–' : formatRate(stable)}</td></tr>\n`;
}

/** What can be worked out without a simulation, or why nothing can. */
export function theorySection({ result }: ReportInput): Markup {
  const rows = Object.entries(result.policies).map(([name, { theory }], index) =>
    row(name, index, theory),
  );
  return html`<section aria-labelledby="h-theory">
<h2 id="h-theory">What theory says</h2>
<p>Capacity is what the narrowest component can serve without any fault. Below the stable load even
every retry together would fit; between the two the system is vulnerable: it runs well, but a
trigger may tip it for good.</p>
<div class="scroll" role="group" aria-labelledby="h-theory" tabindex="0">
<table>
<caption>Requests a second that the producers offer together.</caption>
<thead><tr><th scope="col">Policy</th><th scope="col">Capacity</th>
<th scope="col" class="word">Bounded by</th><th scope="col">Stable below</th></tr></thead>
<tbody>
${rows}</tbody>
</table>
</div>
</section>\n`;
}
