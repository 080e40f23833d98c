import type { RequestStory } from '../../study/result.js';
import { formatMoment, formatSeconds } from '../format.js';
import { html, type Markup } from '../html.js';
import { own, policiesOf } from '../input.js';
import { figure } from './figures.js';
import { policyName } from './marks.js';
import type { SectionParts } from './section.js';

/** A story of thousands of steps nobody reads. */
const LINES_MAX = 60;

function fateText({ arrived, ended, fate }: RequestStory): string {
  if (arrived === null) return 'it never arrives';
  return ended === null ? fate : `${fate} after ${formatSeconds(ended - arrived)}`;
}

function steps({ arrived, lines }: RequestStory): Markup {
  const shown = lines.slice(0, LINES_MAX);
  const more = lines.length - shown.length;
  const items = shown.map(
    ({ at, text }) =>
      html`<li><span class="time">+${formatSeconds(at - (arrived ?? 0))}</span> <span>${text}</span></li>\n`,
  );
  const rest = more > 0 ? html`<p>And ${more} steps more.</p>\n` : null;
  return html`<ol class="timeline">\n${items}</ol>\n${rest}`;
}

/** One request followed through the system under each policy. */
export function requestSection({ input, charts, stills }: SectionParts): Markup | null {
  const { request } = input.result;
  if (request === undefined) return null;
  const told = policiesOf(input.result).flatMap(({ index, name }) => {
    const story = own(request, name);
    return story === undefined ? [] : [{ index, name, story }];
  });
  const first = told.find(({ story }) => story.arrived !== null)?.story;
  if (first === undefined) return null;
  const fates = told.map(
    ({ index, name, story }) => html`<li>${policyName(name, index)} ${fateText(story)}</li>\n`,
  );
  const words = told.map(
    ({ index, name, story }) => html`<details>
<summary>${policyName(name, index)} step by step</summary>
${steps(story)}</details>\n`,
  );
  const drawn = charts.filter(({ section }) => section === 'request');
  return html`<section aria-labelledby="h-request">
<h2 id="h-request">One request, followed</h2>
<p>${first.request} arrived at ${formatMoment(first.arrived ?? 0)}. ${told.length > 1 ? 'It needs the same work under every\npolicy; what' : 'What'} became of it:</p>
<ul class="sentences">
${fates}</ul>
${drawn.map((chart) => figure(chart, stills.get(chart.name)))}${words}</section>\n`;
}
