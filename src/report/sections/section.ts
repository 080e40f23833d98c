import type { Chart } from '../charts/chart.js';
import type { DrawnStudy } from '../charts/studies.js';
import type { Markup } from '../html.js';
import type { ReportInput } from '../input.js';

/** What sections are put together from. */
export interface SectionParts {
  input: ReportInput;
  charts: readonly Chart[];
  studies: readonly DrawnStudy[];
  /** SVG texts by the charts' names. */
  stills: Map<string, string>;
}

/** A part of the page; `sections/index.ts` holds them in their order. */
export interface Section {
  /** What its data is called in the page: a module of `client/` takes it by that name. */
  name: string;
  /** Null where the result holds nothing for it. All is readable without a script. */
  render(parts: SectionParts): Markup | null;
  /** What the page's script needs of it, as JSON. */
  data?(parts: SectionParts): unknown;
}
