/// <reference lib="dom" />

import { changeset, parse, truthy, View } from 'vega';
import { ticksWithin, unitWithin } from '../charts/parts/time-axis.js';
import { chartExpressions } from '../expressions.js';
import { fillData, panelRows } from '../fill.js';
import { DARK, LIGHT } from '../palette.js';
import { carriedPanels } from '../series/carry.js';
import { type DrawnChart, timePanelsOf } from './drawn.js';
import { linkCharts } from './linked.js';
import type { PageChart, PageData } from './page-data.js';
import { sharedHidden, sharedSpan } from './shared.js';
import { pointTip } from './tip.js';

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const print = window.matchMedia('print');

/** Axis, paddings, and half a label at the right: the same for every chart over time, so that they align. */
const BESIDE = 82;
const WIDTH_MIN = 160;
/** Points a pixel: the least and the greatest value of every fourth one. */
const POINTS_PER_PIXEL = 0.5;

/** Colours of the theme that is asked for; paper is always light. */
function setTheme(view: View): void {
  const theme = dark.matches && !print.matches ? DARK : LIGHT;
  for (const [name, value] of Object.entries(theme)) view.signal(name, value);
}

/** What all charts show together, as signals of one of them. */
function setShared({ view, timePanels }: DrawnChart): void {
  const span = sharedSpan.value;
  if (timePanels.length > 0) {
    view.signal('timeSpan', span);
    view.signal('timeTicks', span ? ticksWithin(...span) : []);
    view.signal('timeUnit', span ? unitWithin(...span) : [1, 's']);
  }
  view.signal('hiddenPolicies', sharedHidden.value);
}

function limitFor(width: number): number {
  return Math.ceil(width * POINTS_PER_PIXEL);
}

/** Draws the points of the stretch that is shown, as fine as the width allows. */
function refill(chart: DrawnChart): void {
  const span = sharedSpan.value;
  const limit = limitFor(chart.view.width());
  const shown = JSON.stringify([span, limit]);
  if (shown === chart.shown || chart.timePanels.length === 0) return;
  chart.shown = shown;
  for (const name of chart.dataSets) {
    // A map is drawn as a whole, however little of it is shown.
    const rows = name.endsWith('_cells') ? null : panelRows(name, chart.panels, { span, limit });
    if (rows)
      chart.view.change(
        name,
        changeset()
          .remove(truthy)
          .insert(rows as object[]),
      );
  }
}

function drawnWidth({ host }: DrawnChart): number {
  return Number(host.querySelector('svg')?.getAttribute('width') ?? 0);
}

/** Makes the panels as wide as the box leaves room for beside their axes, as these are now. */
function setWidth(chart: DrawnChart, wide: number): boolean {
  const { timePanels, view } = chart;
  const beside = Math.max(timePanels.length > 0 ? BESIDE : 0, drawnWidth(chart) - view.width());
  const width = Math.max(WIDTH_MIN, Math.floor(wide - beside));
  if (width === view.width()) return false;
  view.width(width);
  return true;
}

/**
 * Fits a chart into its box. Labels come and go with the width, and stand further out or not: one
 * that sticks out is mended, room that one leaves is not, or they would take turns.
 */
async function fitInto(chart: DrawnChart, wide: number): Promise<void> {
  let changed = setWidth(chart, wide);
  for (let times = 0; changed && times < 3; times++) {
    await again(chart);
    changed = drawnWidth(chart) > wide && setWidth(chart, wide);
  }
}

async function draw(chart: PageChart, box: HTMLElement, wide: number): Promise<DrawnChart> {
  const host = document.createElement('div');
  host.className = 'live';
  const still = box.firstElementChild;
  const width = Math.max(WIDTH_MIN, wide - BESIDE);
  const panels = carriedPanels(chart.panels);
  const limit = limitFor(width);
  const spec = fillData(chart.spec, panels, chart.rows, { limit });
  const view = new View(parse(spec, undefined, { ast: true }), {
    renderer: 'svg',
    container: host,
    hover: false,
    expr: chartExpressions,
    tooltip: pointTip,
  } as ConstructorParameters<typeof View>[1]);
  const shown = JSON.stringify([null, limit]);
  const timePanels = timePanelsOf(chart.spec);
  const { name, rows } = chart;
  const dataSets = (chart.spec.data ?? []).map((set) => set.name);
  const drawn = { name, box, host, view, panels, rows, timePanels, dataSets, shown };
  setTheme(view);
  setShared(drawn);
  view.width(width);
  await view.runAsync();
  still?.remove();
  box.append(host);
  await fitInto(drawn, wide);
  return drawn;
}

/** Draws a chart anew in the theme, the width and the stretch of time of now. */
async function again(chart: DrawnChart): Promise<void> {
  setTheme(chart.view);
  setShared(chart);
  refill(chart);
  await chart.view.runAsync();
}

interface Placed {
  chart: PageChart;
  box: HTMLElement;
  wide: number;
  isSeen: boolean;
}

/** Those in view first, then from the top; measured all at once, before anything is drawn. */
function inOrder(charts: readonly PageChart[]): Placed[] {
  const placed = charts.flatMap((chart): Placed[] => {
    const box = document.getElementById(`chart-${chart.name}`);
    if (!box) return [];
    const { top, bottom } = box.getBoundingClientRect();
    const isSeen = bottom > 0 && top < window.innerHeight;
    return [{ chart, box, wide: box.clientWidth, isSeen }];
  });
  return [...placed.filter(({ isSeen }) => isSeen), ...placed.filter(({ isSeen }) => !isSeen)];
}

/** Lets the browser answer its reader between two charts. */
function breath(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve();
    port2.postMessage(0);
  });
}

/** Keeps charts as the page is: at once where they are seen, the others when they come into view. */
function keepFresh(charts: readonly DrawnChart[]): void {
  const byBox = new Map<Element, DrawnChart>(charts.map((chart) => [chart.box, chart]));
  const seen = new Set<DrawnChart>();
  const stale = new Set<DrawnChart>();
  const refresh = (chart: DrawnChart): void => {
    stale.delete(chart);
    void again(chart);
  };
  const changed = (): void => {
    for (const chart of charts) stale.add(chart);
    for (const chart of seen) refresh(chart);
  };
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const chart = byBox.get(target) as DrawnChart;
      if (!isIntersecting) seen.delete(chart);
      else seen.add(chart);
      if (isIntersecting && stale.has(chart)) refresh(chart);
    }
  });
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const chart = byBox.get(target) as DrawnChart;
      void fitInto(chart, chart.box.clientWidth);
    }
  });
  for (const { box } of charts) {
    watcher.observe(box);
    sizes.observe(box);
  }
  sharedSpan.on(changed);
  sharedHidden.on(changed);
  dark.addEventListener('change', changed);
  // On paper everything is seen.
  print.addEventListener('change', () => charts.forEach(refresh));
}

/** Draws every chart of the page over its still picture, and joins them. */
export async function drawCharts({ charts, policies }: PageData): Promise<void> {
  const drawn: DrawnChart[] = [];
  for (const { chart, box, wide } of inOrder(charts)) {
    drawn.push(await draw(chart, box, wide));
    await breath();
  }
  keepFresh(drawn);
  linkCharts(drawn, policies);
  document.documentElement.dataset['charts'] = 'drawn';
}
