import type { TimePanel } from '../charts/parts/stack.js';
import { stepOf } from '../charts/parts/time-axis.js';
import { formatSeconds } from '../format.js';
import type { Span } from '../series/moment.js';
import type { Panel } from '../series/panel.js';
import { finestSeconds, textsWithin } from '../series/unpack.js';
import { type Column, headsOf, type TableText } from './table-text.js';

/** About as many rows as one reads; a closer look at the run has finer ones. */
const ROWS_MAX = 60;

/** As many as the page carries. */
const ROUNDED = ' Of each figure four digits at most are exact.';

/** A panel, and what its lines are called. */
interface Told {
  panel: Panel;
  labels: readonly string[];
}

/** Tables of what a chart shows over time, and how they were cut. */
export interface TimeTables {
  note: string;
  tables: TableText[];
}

/** Panels of the same numbers, together. */
function grouped(
  timePanels: readonly TimePanel[],
  panels: Record<string, Panel>,
): Map<string, Told[]> {
  const groups = new Map<string, Told[]>();
  for (const { hover } of timePanels) {
    if (!hover) continue;
    const panel = panels[hover.data.replace(/_moments$/, '')];
    if (!panel) continue;
    groups.set(panel.about, [...(groups.get(panel.about) ?? []), { panel, labels: hover.labels }]);
  }
  return groups;
}

function columnsOf({ panel, labels }: Told, names: readonly string[]): Column[] {
  return labels.map((name, line) => {
    const policy = panel.lines[line]?.policy ?? panel.policy;
    const of = policy === undefined ? null : { policy, name: names[policy] ?? '' };
    return { name, of };
  });
}

/** How long a row is: a round stretch, no finer than any of the panels. */
function rowSeconds(panels: readonly Panel[], length: number): number {
  const finest = Math.max(...panels.map(finestSeconds));
  return Math.ceil(stepOf(length, ROWS_MAX) / finest - 1e-9) * finest;
}

function rowsOf(told: readonly Told[], [from, to]: Span, seconds: number): TableText['rows'] {
  const first = Math.floor(from / seconds + 1e-9);
  const count = Math.ceil(to / seconds - 1e-9) - first;
  return Array.from({ length: count }, (_, index) => {
    const start = (first + index) * seconds;
    const end = start + seconds;
    return {
      head: `${formatSeconds(start)} – ${formatSeconds(end)}`,
      cells: told.flatMap(({ panel }) => textsWithin(panel, [start, end])),
    };
  });
}

function noteOf(panels: readonly Panel[], seconds: number, span: Span | null): string {
  const shown = span
    ? `From ${formatSeconds(span[0])} to ${formatSeconds(span[1])}, as the pictures show it`
    : 'The whole run';
  const lines = panels.filter(({ cells }) => !cells);
  if (lines.length === 0) {
    return `${shown}, in rows of ${formatSeconds(seconds)}: answers a second on average, and the times within which they came.`;
  }
  const isCut = lines.some(({ step }) => step < seconds * 0.999);
  const isThin = lines.some((panel) => panel.lines.some(({ gaps }) => gaps));
  const whole = isThin
    ? ' The page holds the peaks and troughs of each line; every step is in the stored result.'
    : '';
  if (!isCut) return `${shown}.${whole}`;
  const finer = panels.some((panel) => finestSeconds(panel) < seconds * 0.999)
    ? ' Closer looks at the pictures make the rows finer.'
    : '';
  const cells = 'the least and the greatest value in each, or the one that it kept';
  return `${shown}, in rows of ${formatSeconds(seconds)}: ${cells}.${finer}${whole}`;
}

/** What a chart shows over a stretch of time, as tables: a column a policy, or several. */
export function timeTables(
  timePanels: readonly TimePanel[],
  panels: Record<string, Panel>,
  { names, span }: { names: readonly string[]; span: Span | null },
): TimeTables {
  const groups = grouped(timePanels, panels);
  const all = [...groups.values()].flat().map(({ panel }) => panel);
  if (all.length === 0) return { note: '', tables: [] };
  const end = Math.max(...all.map(({ cells, step, length }) => (cells?.step ?? step) * length));
  const [from, to] = span ?? [0, end];
  const seconds = rowSeconds(all, to - from);
  const tables = [...groups].map(
    ([about, told]): TableText => ({
      caption: about,
      corner: 'Time',
      ...headsOf(told.flatMap((one) => columnsOf(one, names))),
      rows: rowsOf(told, [from, Math.min(to, end)], seconds),
    }),
  );
  return { note: `${noteOf(all, seconds, span)}${ROUNDED}`, tables };
}
