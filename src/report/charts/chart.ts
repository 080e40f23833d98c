import type { FaultSpan, HockeyStick, RunResult } from '../../study/result.js';
import type { NamedPolicy } from '../input.js';
import type { RowTable } from '../numbers/row-table.js';
import type { Panel } from '../series/panel.js';

/** A Vega-Lite specification, or a part of one. */
export type Spec = Record<string, unknown>;

/** A row of a data set that is drawn as it stands. */
export type Row = Record<string, number | string | boolean | null>;

/**
 * A picture of the report. `panels` are time series, each the source of data sets of the
 * specification: its name (points), and its name with `_joined` (a row a step), `_cells` (of a map)
 * and `_moments` (what the pointer finds there).
 */
export interface Chart {
  /** File name and, in the page, the id. */
  name: string;
  title: string;
  /** The section that shows it; left out: it stands among the pictures. */
  section?: 'request';
  /** What is drawn and how to read it; plain text. */
  caption: string;
  spec: Spec;
  panels: Record<string, Panel>;
  rows: Record<string, Row[]>;
  /** Its numbers as tables, where they are not over time: of those `panels` say enough. */
  tables?: readonly RowTable[];
}

/** What charts are drawn from, and for what. */
export interface ChartContext {
  result: RunResult;
  hockeyStick: HockeyStick | null;
  faults: Record<string, FaultSpan[]>;
  policies: NamedPolicy[];
  /** The longest run's end, in seconds. */
  duration: number;
  /** With what answers a pointer; a picture in a file does without. */
  interactive: boolean;
  /** Points a line at most; longer series are thinned. */
  maxPoints: number;
}

/** Draws one picture, or `null` where the result holds nothing for it. */
export type DrawChart = (context: ChartContext) => Chart | null;
