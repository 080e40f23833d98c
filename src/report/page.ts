import type { Chart } from './charts/chart.js';
import { html, Markup, scriptJson } from './html.js';
import { policiesOf, type ReportInput } from './input.js';
import { SECTIONS } from './sections/index.js';
import type { SectionParts } from './sections/section.js';
import { PAGE_STYLE } from './styles/index.js';

/** A chart as the page's script takes it. */
export interface PageChart extends Pick<Chart, 'name' | 'panels' | 'rows'> {
  /** Vega, compiled. */
  spec: unknown;
}

/** What the page is put together from. */
export interface PageParts extends SectionParts {
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

function heading({ result }: ReportInput): Markup {
  const description = result.scenario?.description;
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

/** What sections bring for the script, by their names. */
function sectionData(parts: SectionParts): Record<string, unknown> {
  return Object.fromEntries(
    SECTIONS.flatMap(({ name, data }) => (data === undefined ? [] : [[name, data(parts)]])),
  );
}

/** The whole page as text: the answer first, then pictures, then method and fine print. */
export function renderPage(parts: PageParts): string {
  const { input, live, script } = parts;
  const data = {
    charts: live,
    policies: policiesOf(input.result).map(({ name }) => name),
    sections: sectionData(parts),
  };
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
${SECTIONS.map((section) => section.render(parts))}</main>
<footer>Made by Spillway ${input.result.version}, seed ${input.result.seed}.</footer>
<script type="application/json" id="report-data">${scriptJson(data)}</script>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
}
