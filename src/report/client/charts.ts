/// <reference lib="dom" />

import type { View } from 'vega';
import embed from 'vega-embed';
import { expressionInterpreter } from 'vega-interpreter';
import { fillData } from '../fill.js';
import { DARK, LIGHT } from '../palette.js';
import type { PageChart, PageData } from './page-data.js';

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const print = window.matchMedia('print');

/** Colours of the theme that is asked for; paper is always light. */
function setTheme(view: View): void {
  const theme = dark.matches && !print.matches ? DARK : LIGHT;
  for (const [name, value] of Object.entries(theme)) view.signal(name, value);
}

/** Makes the panels as wide as the box leaves room for beside their axes. */
function fitWidth(view: View, box: HTMLElement): boolean {
  const drawn = box.querySelector('svg')?.getAttribute('width');
  const beside = Number(drawn) - view.width();
  const width = Math.max(160, Math.floor(box.clientWidth - beside));
  if (!drawn || width === view.width()) return false;
  view.width(width);
  return true;
}

async function draw(chart: PageChart, box: HTMLElement): Promise<void> {
  const host = document.createElement('div');
  const still = box.firstElementChild;
  box.append(host);
  const { view } = await embed(host, fillData(chart.spec, chart.panels, chart.rows), {
    mode: 'vega',
    renderer: 'svg',
    actions: false,
    ast: true,
    expr: expressionInterpreter,
    defaultStyle: false,
    tooltip: { disableDefaultStyle: true },
  });
  setTheme(view);
  still?.remove();
  fitWidth(view, host);
  await view.runAsync();
  const again = (): void => {
    setTheme(view);
    view.run();
  };
  dark.addEventListener('change', again);
  print.addEventListener('change', again);
  new ResizeObserver(() => {
    if (fitWidth(view, host)) void view.runAsync();
  }).observe(box);
}

/** Draws every chart of the page over its still picture. */
export async function drawCharts({ charts }: PageData): Promise<void> {
  for (const chart of charts) {
    const box = document.getElementById(`chart-${chart.name}`);
    if (box) await draw(chart, box);
  }
  document.documentElement.dataset['charts'] = 'drawn';
}
