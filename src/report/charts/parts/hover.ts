import type { Spec } from '../chart.js';

/** Keys that the tooltip or the interpreter of expressions takes for something else. */
function isTaken(name: string): boolean {
  return name === 'title' || name === 'image' || name === 'then' || name in Object.prototype;
}

/** A policy's name as the key of a tooltip; one that means something there gets an invisible end. */
export function tooltipKey(name: string): string {
  return isTaken(name) ? `${name}\u200b` : name;
}

/**
 * A layer of upright bands that answers the pointer with what all lines say there. The data set has
 * a row a band: `t` to `u`, a `title`, and the texts `l0`, `l1`, … in the order of `labels`.
 */
export function hoverLayer(data: string, labels: readonly string[]): Spec {
  const param = `hover_${data}`;
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
