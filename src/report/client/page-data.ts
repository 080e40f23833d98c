import type { Spec } from 'vega';
import type { Row } from '../charts/chart.js';
import type { CarriedPanel } from '../series/carry.js';
import { unsqueeze } from '../squeeze.js';

/** A chart as the page carries it. */
export interface PageChart {
  name: string;
  spec: Spec;
  panels: Record<string, CarriedPanel>;
  rows: Record<string, Row[]>;
}

/** What the page carries for its script. */
export interface PageData {
  charts: PageChart[];
  /** Names in the order of the result: a policy's place picks its colour. */
  policies: string[];
  /** What sections brought, by their names. */
  sections: Record<string, unknown>;
}

/** The page as its JSON holds it: the charts' specifications apart, squeezed. */
interface CarriedPage extends Omit<PageData, 'charts'> {
  charts: Omit<PageChart, 'spec'>[];
  specs: string;
}

/** What a page's JSON text holds. */
export function pageData(text: string): PageData {
  const { specs, charts, ...rest } = JSON.parse(text) as CarriedPage;
  const all = JSON.parse(unsqueeze(specs)) as Spec[];
  return { ...rest, charts: charts.map((chart, at) => ({ ...chart, spec: all[at] as Spec })) };
}
