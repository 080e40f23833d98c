/// <reference lib="dom" />

import type { Spec, View } from 'vega';
import embed from 'vega-embed';
import { expressionInterpreter } from 'vega-interpreter';
import type { Row } from '../charts/chart.js';
import { fillData } from '../fill.js';
import { DARK, LIGHT } from '../palette.js';
import type { Panel } from '../series/panel.js';

/** A chart as the page carries it. */
interface PageChart {
  name: string;
  spec: Spec;
  panels: Record<string, Panel>;
  rows: Record<string, Row[]>;
}

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

async function main(): Promise<void> {
  const data = document.getElementById('report-charts')?.textContent ?? '[]';
  for (const chart of JSON.parse(data) as PageChart[]) {
    const box = document.getElementById(`chart-${chart.name}`);
    if (box) await draw(chart, box);
  }
  document.documentElement.dataset['charts'] = 'drawn';
}

void main();
