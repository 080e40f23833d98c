import { formatMoment, formatSeconds } from '../format.js';
import { html, type Markup } from '../html.js';
import { policiesOf } from '../input.js';
import { drawFrame } from '../topology/draw.js';
import { frameAt } from '../topology/film.js';
import { layoutOf } from '../topology/layout.js';
import { narrowLayout } from '../topology/narrow.js';
import { type Scene, sceneOf } from '../topology/scene.js';
import { slotsOf } from '../topology/slots.js';
import { frameWords, QUIET } from '../topology/words.js';
import { policyName } from './marks.js';
import type { Section } from './section.js';

/** What the player takes. */
export type TopologyData = Scene | null;

const SPEEDS: [number, string][] = [
  [60, 'slow'],
  [25, 'normal'],
  [10, 'fast'],
];

/** What calls what, drawn as it stood at its worst; the page's script plays it. */
export const topologySection: Section = {
  name: 'topology',
  render: ({ input }) => {
    const scene = sceneOf(input);
    if (scene === null) return null;
    const policies = policiesOf(input.result);
    const film = scene.films[scene.worst.policy];
    const worst = policies[scene.worst.policy];
    if (!film || !worst) return null;
    const { graph } = scene;
    const frame = frameAt(film, scene.worst.moment);
    const slots = slotsOf(graph, scene.scale, film, frame);
    const words = frameWords(graph, frame);
    const isQuiet = words.includes(QUIET);
    const label = `${worst.name}. ${words}`;
    const wide = drawFrame(graph, layoutOf(graph, 'LR'), slots, { label, look: 'wide' });
    const narrow = drawFrame(graph, narrowLayout(graph), slots, { label, look: 'narrow' });
    const several = policies.length > 1;
    return html`<section aria-labelledby="h-topology" id="topology">
<h2 id="h-topology">The system, moment by moment</h2>
${controls(scene, policies)}<figure>
<p class="now" id="topology-now">${policyName(worst.name, worst.index)} <span>${words}</span></p>
<div class="stage" role="region" aria-label="The system drawn" tabindex="0">
${wide}${narrow}</div>
<figcaption><p id="topology-why">Shown is the worst moment${several ? html` of ${worst.name}, the policy that fared worst` : null}: ${
      isQuiet
        ? html`when most failed; none of its parts was in trouble`
        : html`when
most of its parts were in trouble, and of such moments the one when most failed`
    }.</p>
${legend(scene, film.seconds)}</figcaption>
</figure>
</section>\n`;
  },
  data: ({ input }): TopologyData => sceneOf(input),
};

function legend({ graph, films }: Scene, seconds: number): Markup {
  const hasBreaker = films.some((film) => film?.links.some((link) => link?.breaker !== undefined));
  const hasLetters = graph.links.some(({ kind }) => kind === 'dead_letter');
  return html`<p>A line is as wide as its traffic, in attempts a second; its striped rim are retries.
${hasBreaker ? 'Where a breaker is open the line is broken. ' : ''}${hasLetters ? 'Dotted: the way of dead letters. ' : ''}In a box the frames of the two bars are the longer the more
workers, or room to wait, there is (log scale), and filled is what is taken; a frame open at its end
has no bound, and is filled on a log scale up to the longest queue of all. Numbers at corners: the
order in which the cascade reached the parts. A dashed outline: a fault acts there. A moment is
${formatSeconds(seconds)}.</p>`;
}

function controls({ films }: Scene, policies: { index: number; name: string }[]): Markup {
  const choices = policies.map(({ index, name }) =>
    films[index]
      ? html`<label><input type="radio" name="topology-policy" value="${index}">${policyName(name, index)}</label>\n`
      : null,
  );
  const film = films.find((one) => one !== null);
  const run = (film?.length ?? 0) * (film?.seconds ?? 0);
  const speeds = SPEEDS.map(([taking, name]) => {
    const selected = name === 'normal' ? html` selected` : null;
    return html`<option value="${run / taking}"${selected}>${name}</option>`;
  });
  return html`<div class="player" id="topology-player" hidden>
<fieldset${policies.length > 1 ? null : html` hidden`}><legend>Policy</legend>
${choices}</fieldset>
<div class="track"><svg viewBox="0 0 1000 40" preserveAspectRatio="none" aria-hidden="true"><path class="span"/><path class="offered"/><path class="good"/><path class="tick"/></svg>
<input type="range" min="0" max="0" value="0" step="1" aria-label="Time" id="topology-time">
<div class="ends"><span>0</span><span id="topology-end">${formatMoment(run)}</span></div></div>
<div class="buttons"><button type="button" id="topology-play" aria-pressed="false">Play</button>
<button type="button" id="topology-back">Previous event</button>
<button type="button" id="topology-on">Next event</button>
<label>Speed <select id="topology-speed">${speeds}</select></label></div>
</div>\n`;
}
