import type { PolicyResult } from '../../study/result.js';
import { formatNumber } from '../format.js';
import { html, type Markup } from '../html.js';
import type { ReportInput, StudiesInput } from '../input.js';
import { policyName } from './marks.js';

function ledgerRow(name: string, index: number, { ledger, events }: PolicyResult): Markup {
  const failed = Object.entries(ledger.failed)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${formatNumber(count)} ${reason}`);
  return html`<tr><th scope="row">${policyName(name, index)}</th>
<td>${formatNumber(ledger.offered)}</td><td>${formatNumber(ledger.good)}</td>
<td>${formatNumber(ledger.late)}</td><td>${formatNumber(ledger.degraded)}</td>
<td class="word">${failed.length > 0 ? failed.join(', ') : 'none'}</td>
<td>${formatNumber(ledger.unfinished)}</td><td>${formatNumber(events)}</td></tr>\n`;
}

function ledger({ result }: ReportInput): Markup {
  const rows = Object.entries(result.policies).map(([name, policy], index) =>
    ledgerRow(name, index, policy),
  );
  return html`<details class="fold short">
<summary>Where every request went</summary>
<div class="scroll" role="group" aria-label="Where every request went" tabindex="0">
<table>
<caption>The whole run, warm-up included; the sums balance to the request.</caption>
<thead><tr><th scope="col">Policy</th><th scope="col">Offered</th><th scope="col">Good</th>
<th scope="col">Late</th><th scope="col">Degraded</th><th scope="col" class="word">Failed</th>
<th scope="col">Unfinished</th><th scope="col">Events</th></tr></thead>
<tbody>
${rows}</tbody>
</table>
</div>
</details>\n`;
}

function fingerprints({ result }: ReportInput): Markup {
  const rows = Object.entries(result.policies).map(
    ([name, { fingerprint }], index) =>
      html`<tr><th scope="row">${policyName(name, index)}</th>
<td class="word"><code>${fingerprint}</code></td></tr>\n`,
  );
  return html`<details class="fold short">
<summary>Fingerprints of the runs</summary>
<div class="scroll" role="group" aria-label="Fingerprints of the runs" tabindex="0">
<table>
<caption>The same version, scenario and seed give the same fingerprint on every machine.</caption>
<thead><tr><th scope="col">Policy</th><th scope="col" class="word">Fingerprint</th></tr></thead>
<tbody>
${rows}</tbody>
</table>
</div>
</details>\n`;
}

function fact(name: string, value: string | undefined): Markup | null {
  return value === undefined ? null : html`<dt>${name}</dt><dd><code>${value}</code></dd>\n`;
}

function text(title: string, value: string | undefined): Markup | null {
  if (value === undefined) return null;
  return html`<details class="fold">
<summary>${title}</summary>
<pre tabindex="0" role="group" aria-label="${title}"><code>${value}</code></pre>
</details>\n`;
}

/** The command that repeats it, to be copied as a whole. */
function again(command: string | undefined): Markup | null {
  if (command === undefined) return null;
  return html`<p>Again, on any machine, to the same figures:</p>
<pre class="command" tabindex="0" role="group" aria-label="The command that repeats it"><code>${command}</code></pre>\n`;
}

/** What it takes to see the same again, and the fine print. */
export function provenanceSection(input: ReportInput): Markup {
  const { result } = input;
  const { command, scenario } = result;
  return html`<section aria-labelledby="h-method">
<h2 id="h-method">How this was made</h2>
<p>Simulated, not measured: a discrete-event run of the scenario below under each policy, with the
same requests needing the same work under all of them. The model leaves out name lookups, packet
loss inside TCP, backlogs of the kernel, clock skew and whatever else the scenario does not say.</p>
${again(command)}<dl class="facts">
<dt>Seed</dt><dd><code>${result.seed}</code></dd>
<dt>Spillway</dt><dd><code>${result.version}</code></dd>
${fact('Scenario', scenario?.file)}<dt>Its SHA-256</dt><dd><code>${result.scenario_sha256}</code></dd>
</dl>
${text('The scenario', scenario?.text)}${text('Every parameter as it was resolved', scenario?.resolved)}${ledger(input)}${fingerprints(input)}</section>\n`;
}

/** The same of studies without a run. */
export function studiesProvenance({ studies }: StudiesInput): Markup {
  const [{ result }] = studies;
  return html`<section aria-labelledby="h-method">
<h2 id="h-method">How this was made</h2>
<p>Simulated, not measured: each point is a discrete-event run of the scenario.</p>
<dl class="facts">
${fact('Seed', result.seed)}${fact('Spillway', result.version)}${fact('SHA-256', result.scenario_sha256)}</dl>
</section>\n`;
}
