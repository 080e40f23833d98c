import type { Chart } from './charts/chart.js';
import { html, Markup, scriptJson } from './html.js';
import type { ReportInput } from './input.js';
import { PAGE_STYLE } from './page-style.js';
import { cascadeSection } from './sections/cascade.js';
import { comparisonSection } from './sections/comparison.js';
import { expectationsSection } from './sections/expectations.js';
import { figuresSection } from './sections/figures.js';
import { provenanceSection } from './sections/provenance.js';
import { summarySection } from './sections/summary.js';
import { theorySection } from './sections/theory.js';
import { theoryBesideSection } from './sections/theory-beside.js';

/** A chart as the page's script takes it. */
export interface PageChart extends Pick<Chart, 'name' | 'panels' | 'rows'> {
  /** Vega, compiled. */
  spec: unknown;
}

/** What the page is put together from. */
export interface PageParts {
  input: ReportInput;
  charts: readonly Chart[];
  /** SVG texts by the charts' names. */
  stills: Map<string, string>;
  live: PageChart[];
  script: string;
  /** Base64 SHA-256 of a text: what a content security policy names a script by. */
  hash: (text: string) => string;
}

/** Nothing is fetched, nothing evaluated, and only this script and this style count. */
function securityPolicy({ script, hash }: PageParts): string {
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash(script)}'`,
    `style-src 'sha256-${hash(PAGE_STYLE)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function heading({ result, description }: ReportInput): Markup {
  const about =
    description === undefined ? null : html`<p class="description">${description.trim()}</p>\n`;
  const partial = result.partial
    ? html`<p class="partial" role="note"><strong>Partial result.</strong> The run stopped before its
end${result.stopped === undefined ? '' : `: ${result.stopped}`}. What was measured up to there
stands below.</p>\n`
    : null;
  return html`<header>
<h1>${result.title}</h1>
${about}${partial}</header>\n`;
}

/** The whole page as text: the answer first, then pictures, then method and fine print. */
export function renderPage(parts: PageParts): string {
  const { input, charts, stills, live, script } = parts;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${securityPolicy(parts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${input.result.title} · Spillway</title>
<style>${new Markup(PAGE_STYLE)}</style>
</head>
<body>
${heading(input)}<main>
${summarySection(input)}${comparisonSection(input)}${figuresSection(charts, stills)}${cascadeSection(input)}${expectationsSection(input)}${theorySection(input)}${theoryBesideSection(input)}${provenanceSection(input)}</main>
<footer>Made by Spillway ${input.result.version}, seed ${input.result.seed}.</footer>
<script type="application/json" id="report-charts">${scriptJson(live)}</script>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
}
