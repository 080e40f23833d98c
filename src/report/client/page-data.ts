import type { Spec } from 'vega';
import type { Row } from '../charts/chart.js';
import type { CarriedPanel } from '../series/carry.js';

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
