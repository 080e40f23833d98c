import type { Chart } from '../charts/chart.js';
import { html, Markup } from '../html.js';

/** A chart as the page shows it: the still picture, which the script replaces by a live one; a page too large has a line of words. */
export function figure(chart: Chart, still: string | undefined): Markup {
  const picture =
    still === undefined
      ? html`<p>Drawn by a script; the same picture is ${chart.name}.svg beside this page.</p>`
      : new Markup(still);
  return html`<figure aria-labelledby="t-${chart.name}">
<h3 id="t-${chart.name}">${chart.title}</h3>
<div class="chart" id="chart-${chart.name}" role="img" aria-labelledby="t-${chart.name}"
aria-describedby="c-${chart.name}">${picture}</div>
<figcaption id="c-${chart.name}">${chart.caption}</figcaption>
</figure>\n`;
}

/** The pictures; `stills` are SVG texts by the charts' names. */
export function figuresSection(
  charts: readonly Chart[],
  stills: Map<string, string>,
): Markup | null {
  const shown = charts.filter(({ section }) => section === undefined);
  if (shown.length === 0) return null;
  const figures = shown.map((chart) => figure(chart, stills.get(chart.name)));
  return html`<section aria-labelledby="h-figures">
<h2 id="h-figures">Pictures</h2>
<div class="legend" id="legend" hidden></div>
${figures}</section>\n`;
}
