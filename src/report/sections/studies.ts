import { slicesDrawn } from '../charts/slices.js';
import type { DrawnStudy } from '../charts/studies.js';
import { html, type Markup } from '../html.js';
import { figure } from './figures.js';
import { stabilityTable } from './stability-table.js';

/** Studies beside a run, or alone: what was found, in words where it has some, and its pictures. */
export function studiesSection(
  studies: readonly DrawnStudy[],
  stills: Map<string, string>,
): Markup | null {
  if (studies.length === 0) return null;
  return html`${studies.map((drawn, index) => studySection(drawn, index, stills))}`;
}

function studySection(
  { study, charts }: DrawnStudy,
  index: number,
  stills: Map<string, string>,
): Markup {
  const id = `h-study-${index + 1}`;
  const figures = charts.map((chart) => figure(chart, stills.get(chart.name)));
  const none = charts.length > 0 ? null : html`<p>Nothing in it has a value to be drawn.</p>\n`;
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${titleOf(study)}</h2>
${study.result.partial ? html`<p class="partial" role="note">Partial: it was stopped before its end.</p>\n` : null}${
  study.kind === 'stability' ? stabilityTable(study.result) : null
}${none}${slicesNote(study)}${figures}</section>\n`;
}

/** Where a study has more axes than a map. */
function slicesNote(study: DrawnStudy['study']): Markup | null {
  if (study.kind !== 'sweep' || study.result.axes.length <= 2) return null;
  const { drawn, all } = slicesDrawn(study.result);
  const [across, up, ...others] = study.result.axes.map(({ path }) => path);
  const which = drawn < all ? `some of ${all}` : 'all';
  return html`<p>Maps of ${across} and ${up}, at values of ${others.join(' and ')} (${which}; --metric
names what they show).</p>\n`;
}

function titleOf(study: DrawnStudy['study']): string {
  if (study.kind === 'stability') return 'Stable, vulnerable, unstable: loads up and down';
  const { axes } = study.result;
  return `Swept over ${axes.map(({ path }) => path).join(' and ')}`;
}
