import type { Spec } from '../chart.js';

const INVISIBLE = '\u200b';

/** Texts that tooltips, headings or the interpreter of expressions take for something else. */
function isTaken(name: string): boolean {
  return name === 'title' || name === 'image' || name === 'then' || name in Object.prototype;
}

/** A name as key of a tooltip or heading; one that means something there gets an invisible end. */
export function tooltipKey(name: string): string {
  return isTaken(name) ? `${name}${INVISIBLE}` : name;
}

/** What is said of a moment: the data set it comes from, and what its lines are called. */
export interface HoverTexts {
  data: string;
  labels: string[];
}

const PARAM = 'hover_';

/** What a layer made by `hoverLayer` says; null of every other layer. */
export function hoverTexts(layer: Spec): HoverTexts | null {
  const [param] = (layer['params'] ?? []) as { name?: string }[];
  if (!param?.name?.startsWith(PARAM)) return null;
  const { name } = layer['data'] as { name: string };
  const { tooltip } = layer['encoding'] as { tooltip: { title: string }[] };
  // Behind the moment's own title.
  const labels = tooltip.slice(1).map(({ title }) => title.replace(INVISIBLE, ''));
  return { data: name, labels };
}

/**
 * A layer of upright bands that answers the pointer with what all lines say there. The data set has
 * a row a band: `t` to `u`, a `title`, and the texts `l0`, `l1`, … in the order of `labels`.
 */
export function hoverLayer(data: string, labels: readonly string[]): Spec {
  const param = `${PARAM}${data}`;
  const lines = labels.map((label, index) => ({
    field: `l${index}`,
    type: 'nominal',
    title: tooltipKey(label),
  }));
  return {
    data: { name: data, format: { parse: null } },
    params: [
      {
        name: param,
        select: { type: 'point', on: 'pointerover', clear: 'pointerout', fields: ['t'] },
      },
    ],
    mark: { type: 'rect', fill: { expr: 'ink' } },
    encoding: {
      x: { field: 't', type: 'quantitative' },
      x2: { field: 'u' },
      opacity: { condition: { param, empty: false, value: 0.12 }, value: 0 },
      tooltip: [{ field: 'title', type: 'nominal', title: 'title' }, ...lines],
    },
  };
}
