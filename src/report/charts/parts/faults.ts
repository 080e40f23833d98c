import type { FaultSpan } from '../../../study/result.js';
import type { Spec } from '../chart.js';

const NAMED_MAX = 6;
const ROW_HEIGHT = 13;
const X = { field: 't', type: 'quantitative' };
/** Keeps a name readable where a line runs through it. */
const HALO = { stroke: { expr: 'paper' }, strokeWidth: 3, strokeOpacity: 0.75 };

/** The spans of several policies' faults, each span once, cut to the run. */
export function uniqueSpans(spans: readonly FaultSpan[], duration: number): FaultSpan[] {
  const seen = new Map<string, FaultSpan>();
  for (const span of spans) {
    if (!(span.from < duration) || span.set === true) continue;
    // A fault for good may come without an end.
    const to = span.to < duration ? span.to : duration;
    seen.set(JSON.stringify([span.from, to, span.text]), { ...span, to });
  }
  return [...seen.values()].sort((a, b) => a.from - b.from || a.to - b.to);
}

/** The names to write: each once where there are too many spans to name them all. */
function named(spans: readonly FaultSpan[]): FaultSpan[] {
  if (spans.length <= NAMED_MAX) return [...spans];
  const first = new Map<string, FaultSpan>();
  for (const span of spans) if (!first.has(span.text)) first.set(span.text, span);
  return [...first.values()].slice(0, NAMED_MAX);
}

/** Layers that shade the faults of a time panel, a line where one is a moment; under the lines. */
export function faultShade(spans: readonly FaultSpan[]): Spec[] {
  const lasting = spans.filter(({ from, to }) => to > from);
  const moments = spans.filter(({ from, to }) => !(to > from));
  const shade: Spec = {
    data: { values: lasting.map(({ from, to }) => ({ t: from, u: to })) },
    mark: { type: 'rect', fill: { expr: 'shade' }, fillOpacity: 0.16 },
    encoding: { x: X, x2: { field: 'u' } },
  };
  const line: Spec = {
    data: { values: moments.map(({ from }) => ({ t: from })) },
    mark: { type: 'rule', color: { expr: 'shade' }, strokeWidth: 1.5, opacity: 0.7 },
    encoding: { x: X },
  };
  return [...(lasting.length > 0 ? [shade] : []), ...(moments.length > 0 ? [line] : [])];
}

/** Layers that name the faults at the top of a time panel; they go over the lines. */
export function faultNames(spans: readonly FaultSpan[], duration: number): Spec[] {
  const values = named(spans).map(({ from, to, text }, row) => {
    const late = from > duration * 0.55;
    return { t: late ? to : from, text, late, dy: 4 + ROW_HEIGHT * (row % 3) };
  });
  const label = (late: boolean, look: Spec): Spec => ({
    data: { values },
    transform: [{ filter: late ? 'datum.late' : '!datum.late' }],
    mark: {
      type: 'text',
      align: late ? 'right' : 'left',
      baseline: 'top',
      dx: late ? -4 : 4,
      dy: { expr: 'datum.dy' },
      fontSize: 10,
      limit: { expr: 'width * 0.6' },
      ...look,
    },
    encoding: { x: X, y: { value: 0 }, text: { field: 'text', type: 'nominal' } },
  });
  return [false, true]
    .filter((late) => values.some((row) => row.late === late))
    .flatMap((late) => [label(late, HALO), label(late, { color: { expr: 'ink' } })]);
}
