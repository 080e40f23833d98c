import type { ExpectResult } from '../../study/result.js';
import { html, type Markup } from '../html.js';
import type { ReportInput } from '../input.js';
import { measuredText } from '../measured.js';

function row(expect: ExpectResult): Markup {
  const mark = expect.passed
    ? html`<span class="tick" aria-hidden="true">✓</span> holds`
    : html`<span class="cross" aria-hidden="true">✗</span> fails`;
  const detail = expect.detail === undefined ? null : html`<br><small>${expect.detail}</small>`;
  return html`<tr>
<td class="word">${mark}</td>
<td class="word"><code>${expect.that}</code>${detail}</td>
<td class="word">${expect.policy ?? 'as named'}</td>
<td>${measuredText(expect)}</td><td>${expect.held}</td>
</tr>\n`;
}

/** What the scenario expects, with the value beside it; nothing where it expects nothing. */
export function expectationsSection({ result }: ReportInput): Markup | null {
  if (result.expect.length === 0) return null;
  const held = result.expect.filter(({ passed }) => passed).length;
  return html`<section aria-labelledby="h-expect">
<h2 id="h-expect">Expectations</h2>
<div class="scroll" role="group" aria-labelledby="h-expect" tabindex="0">
<table>
<caption>${held} of ${result.expect.length} hold.</caption>
<thead><tr><th scope="col" class="word">Result</th><th scope="col" class="word">Expected</th>
<th scope="col" class="word">Policy</th><th scope="col">Measured</th><th scope="col">Held in</th></tr></thead>
<tbody>
${result.expect.map(row)}</tbody>
</table>
</div>
</section>\n`;
}
