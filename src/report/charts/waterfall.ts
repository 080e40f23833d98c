import type { RequestStory, SpanKind, StorySpan } from '../../study/result.js';
import { formatSeconds } from '../format.js';
import { own } from '../input.js';
import type { RowTable } from '../numbers/row-table.js';
import type { Chart, ChartContext, Row, Spec } from './chart.js';
import { dataset, panelView, stack } from './parts/stack.js';
import { timeLabel, timeTicks } from './parts/time-axis.js';
import { SECONDS_LABEL } from './parts/value-axis.js';

/** Attempts of one policy that are drawn; the rest is counted. */
const ROWS_MAX = 16;
const ROW_HEIGHT = 26;
/** Shorter stories are over at once. */
const NOTHING = 1e-6;
/** Where in its row an attempt's bars lie, and where its words stand. */
const BAR = { top: 0.56, bottom: 0.9 };
const WORDS = 0.3;
const LEGEND_COLUMNS = { expr: 'max(1, floor(width / 172))' };

/** What a stretch of time was, and its colour, in the order of the legend. */
const KINDS: readonly { name: string; colour: string; of: readonly SpanKind[] }[] = [
  { name: 'held by a limit', colour: '#8f6bb3', of: ['gate', 'held', 'door'] },
  { name: 'in line', colour: '#d9a126', of: ['queue', 'message', 'joined', 'lock'] },
  { name: 'has a worker', colour: '#2f8f6b', of: ['work'] },
  { name: 'gave it back for a call', colour: '#a9c7bb', of: ['away'] },
  { name: 'refused', colour: '#c2452d', of: ['refusal'] },
  { name: 'on its way', colour: '#9aa4ae', of: ['try', 'hedge', 'publish', 'delivery', 'request'] },
];

/** An attempt with what was inside it, at its depth below the request. */
interface Line {
  span: StorySpan;
  inside: StorySpan[];
  depth: number;
}

const ATTEMPTS: ReadonlySet<SpanKind> = new Set<SpanKind>([
  'request',
  'try',
  'hedge',
  'publish',
  'delivery',
  'message',
]);

/** The request itself and every attempt made for it, callers before what they call. */
function linesOf({ spans }: RequestStory): Line[] {
  const lines: Line[] = [];
  const visit = (span: StorySpan, depth: number): void => {
    const children = spans.filter(({ parent }) => parent === span.id);
    lines.push({ span, inside: children.filter(({ kind }) => !ATTEMPTS.has(kind)), depth });
    for (const child of children) if (ATTEMPTS.has(child.kind)) visit(child, depth + 1);
  };
  const root = spans.find(({ parent }) => parent === null);
  if (root !== undefined) visit(root, 0);
  return lines;
}

/** When the last thing done for a request was over, in seconds since it arrived. */
function endOf({ spans, arrived, ended }: RequestStory): number {
  const begin = arrived ?? 0;
  const last = spans.reduce((end, { from, to }) => Math.max(end, to ?? from), ended ?? begin);
  return Math.max(last - begin, NOTHING);
}

function rowsOf(story: RequestStory, lines: readonly Line[]): Row[] {
  const begin = story.arrived ?? 0;
  const end = endOf(story);
  return lines.flatMap(({ span, inside }, row) =>
    [span, ...inside].map((one): Row => {
      const from = one.from - begin;
      const to = one.to === null ? end : one.to - begin;
      return {
        t: from,
        u: to,
        y: row + BAR.top,
        y2: row + BAR.bottom,
        k: KINDS.findIndex(({ of }) => of.includes(one.kind)),
        what: `${one.kind} at ${one.place}`,
        lasts: one.to === null ? 'not over when the run ended' : formatSeconds(to - from),
      };
    }),
  );
}

/** "api -> db, try 2: timeout after 300 ms" */
function words({ span, depth }: Line, { arrived, ended, fate }: RequestStory): string {
  const before = depth === 0 ? '' : `${'· '.repeat(depth - 1)}`;
  if (span.kind === 'request') {
    const took =
      arrived === null || ended === null ? '' : ` after ${formatSeconds(ended - arrived)}`;
    return `${span.place}: ${fate}${took}`;
  }
  const which = span.number === undefined || span.kind === 'message' ? '' : ` ${span.number}`;
  const named = span.kind === 'message' ? span.place : `${span.place}, ${span.kind}${which}`;
  const took = span.to === null ? '' : ` after ${formatSeconds(span.to - span.from)}`;
  return `${before}${named}: ${span.outcome ?? (span.to === null ? 'not over' : 'over')}${took}`;
}

function wordRows(story: RequestStory, lines: readonly Line[]): Row[] {
  const begin = story.arrived ?? 0;
  const end = endOf(story);
  return lines.map((line, row): Row => {
    const at = line.span.from - begin;
    const late = at > 0.5 * end;
    // Words that ran over the edge would make the picture wider than its bars.
    const room = late ? 1 : 1 - at / end;
    return { t: late ? end : at, y: row + WORDS, text: words(line, story), late, room };
  });
}

/** Around words that lie over a line. */
const HALO = { stroke: { expr: 'paper' }, strokeWidth: 3, strokeOpacity: 0.8 };

function wordLayers(data: string, x: Spec, y: Spec): Spec[] {
  const ink = { color: { expr: 'ink' } };
  return [false, true].flatMap((late) =>
    [HALO, ink].map((look) => wordLayer(data, late, { x, y, look })),
  );
}

function wordLayer(data: string, late: boolean, of: { x: Spec; y: Spec; look: Spec }): Spec {
  const { x, y, look } = of;
  return {
    data: dataset(data),
    transform: [{ filter: late ? 'datum.late' : '!datum.late' }],
    mark: {
      type: 'text',
      align: late ? 'right' : 'left',
      baseline: 'middle',
      fontSize: 10.5,
      limit: { expr: 'width * datum.room' },
      ...look,
    },
    encoding: { x, y, text: { field: 'text', type: 'nominal' } },
  };
}

/** The moment at which whoever asked had an answer, or gave up. */
function endRule({ arrived, ended }: RequestStory, x: Spec): Spec[] {
  if (arrived === null || ended === null) return [];
  return [
    {
      data: { values: [{ t: ended - arrived }] },
      mark: { type: 'rule', strokeDash: [4, 3], strokeWidth: 1.2, color: { expr: 'ink' } },
      encoding: { x },
    },
  ];
}

interface Panelled {
  view: Spec;
  rows: Record<string, Row[]>;
}

/** Round moments: of a story of several seconds those of every time axis. */
function ticksUpTo(end: number): Spec {
  if (end >= 8) return { values: timeTicks(end), labelExpr: timeLabel(end) };
  return { tickCount: 5, labelExpr: `datum.value === 0 ? '0' : ${SECONDS_LABEL}` };
}

function panelOf(name: string, index: number, story: RequestStory, live: boolean): Panelled {
  const all = linesOf(story);
  const lines = all.slice(0, ROWS_MAX);
  const end = endOf(story);
  const x: Spec = {
    field: 't',
    type: 'quantitative',
    scale: { domain: [0, end], nice: false },
    axis: { title: null, grid: true, ticks: true, ...ticksUpTo(end) },
  };
  const y: Spec = {
    field: 'y',
    type: 'quantitative',
    scale: { domain: [lines.length, 0], nice: false },
    axis: null,
  };
  const color: Spec = {
    field: 'k',
    type: 'nominal',
    scale: { domain: KINDS.map((_, k) => k), range: KINDS.map(({ colour }) => colour) },
    legend: { labelExpr: 'kindNames[datum.value]', symbolType: 'square', columns: LEGEND_COLUMNS },
  };
  const tooltip = [
    { field: 'what', type: 'nominal', title: 'what' },
    { field: 'lasts', type: 'nominal', title: 'for' },
  ];
  const [bars, texts] = [`spans${index}`, `words${index}`];
  const bar: Spec = {
    data: dataset(bars),
    mark: { type: 'rect' },
    encoding: {
      x,
      x2: { field: 'u' },
      y,
      y2: { field: 'y2' },
      color,
      ...(live ? { tooltip } : {}),
    },
  };
  const more = all.length - lines.length;
  const heading = more > 0 ? `${name} (and ${more} attempts more)` : name;
  const layers = [bar, ...endRule(story, x), ...wordLayers(texts, x, y)];
  return {
    view: panelView(heading, Math.max(2, lines.length) * ROW_HEIGHT, layers),
    rows: { [bars]: rowsOf(story, lines), [texts]: wordRows(story, lines) },
  };
}

/** Every stretch of a policy's panel: when it began after the arrival, and how long it took. */
function spanTable(index: number, name: string): RowTable {
  const data = `spans${index}`;
  return {
    caption: name,
    corner: 'What',
    row: { field: 'what', format: 'text', each: true },
    columns: [
      { name: 'from', data, field: 't', format: 'seconds' },
      { name: 'for', data, field: 'lasts', format: 'text' },
    ],
  };
}

/** One request under each policy: every attempt made for it, and what its time went to. */
export function waterfallChart(context: ChartContext): Chart | null {
  const { request } = context.result;
  if (request === undefined) return null;
  const told = context.policies.flatMap(({ index, name }) => {
    const story = own(request, name);
    return story === undefined || story.spans.length === 0 || story.arrived === null
      ? []
      : [{ index, name, story }];
  });
  const panels = told.map(({ index, name, story }) =>
    panelOf(name, index, story, context.interactive),
  );
  // Of what took no time at all there is nothing to see.
  if (told.every(({ story }) => endOf(story) <= NOTHING)) return null;
  const spec = stack(
    context.policies,
    panels.map(({ view }) => view),
  );
  const names = { name: 'kindNames', value: KINDS.map(({ name }) => name) };
  return {
    name: 'request',
    section: 'request',
    title: 'What its time went to',
    caption:
      'A panel a policy, each on a scale of its own, from the arrival. A row is an attempt, below ' +
      'the one that it was made for. Dashed: the client has its answer or is gone; what is drawn ' +
      'behind it was done for nobody.',
    spec: { ...spec, params: [...(spec['params'] as Spec[]), names] },
    panels: {},
    rows: Object.assign({}, ...panels.map(({ rows }) => rows)) as Record<string, Row[]>,
    tables: told.map(({ index, name }) => spanTable(index, name)),
  };
}
