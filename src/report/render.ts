import { clientScript } from './build/client-script.js';
import { sha256 } from './build/sha256.js';
import type { Chart } from './charts/chart.js';
import { chartContext } from './charts/context.js';
import { drawCharts } from './charts/index.js';
import { drawStudies } from './charts/studies.js';
import type { Report, ReportInput, StudiesInput } from './input.js';
import { liveChart } from './live.js';
import { type PageParts, renderPage, renderStudiesPage } from './page.js';
import { chartSvg } from './svg.js';

/** A larger page leaves out its still pictures, which lie beside it as files. */
const PAGE_BYTES = 1_450_000;

/** Points a line and points in all, so that many policies still make a page that can be mailed. */
interface PointBudget {
  line: number;
  all: number;
}

/** About a point a pixel of a wide screen. */
const PAGE_POINTS: PointBudget = { line: 1000, all: 24_000 };
/** A point in two pixels: what a still picture of 680 pixels shows well. */
const STILL_POINTS: PointBudget = { line: 300, all: 12_000 };

/** How many lines there are to draw. */
function lineCount(input: ReportInput): number {
  const charts = drawCharts(chartContext(input, { interactive: false, maxPoints: 2 }));
  const panels = charts.flatMap((chart) => Object.values(chart.panels));
  return panels.reduce((sum, panel) => sum + panel.lines.length, 1);
}

/** How many points each of so many lines may have. */
function pointsPerLine(budget: PointBudget, lines: number): number {
  return Math.min(budget.line, Math.floor(budget.all / lines));
}

/**
 * Draws a result: `charts → Vega-Lite → Vega → SVG`, and the same charts live in one page that
 * needs nothing else. The same input gives the same bytes.
 */
export async function renderReport(input: ReportInput): Promise<Report> {
  const { studies = [] } = input;
  const drawn = drawStudies(studies);
  const lines = lineCount(input);
  const stillPoints = pointsPerLine(STILL_POINTS, lines);
  const still = drawCharts(chartContext(input, { interactive: false, maxPoints: stillPoints }));
  const livePoints = pointsPerLine(PAGE_POINTS, lines);
  const charts = drawCharts(chartContext(input, { interactive: true, maxPoints: livePoints }));
  const ofStudies = drawn.flatMap((one) => one.charts);
  const policies = Object.keys(input.result.policies);
  return pageOf([...still, ...ofStudies], [...charts, ...ofStudies], policies, (parts) =>
    renderPage({ ...parts, input, charts, studies: drawn }),
  );
}

/** Draws studies as a page of their own. */
export async function renderStudies(input: StudiesInput): Promise<Report> {
  const studies = drawStudies(input.studies);
  const charts = studies.flatMap((one) => one.charts);
  return pageOf(charts, charts, [], (parts) => renderStudiesPage({ ...parts, input, studies }));
}

type Pictures = Pick<PageParts, 'live' | 'stills' | 'script' | 'hash'>;

/** The page with as much in it as may be: live charts and stills, live charts alone, or neither. */
async function pageOf(
  still: readonly Chart[],
  charts: readonly Chart[],
  policies: readonly string[],
  page: (pictures: Pictures) => string,
): Promise<Report> {
  const svgs: Record<string, string> = {};
  const stills = new Map<string, string>();
  for (const chart of still) {
    svgs[chart.name] = await chartSvg(chart, true);
    stills.set(chart.name, await chartSvg(chart, false));
  }
  const live = charts.map((chart) => liveChart(chart, policies));
  const fixed = { script: clientScript(), hash: sha256 };
  const choices = [
    { live, stills },
    { live, stills: new Map<string, string>() },
    { live: [], stills: new Map<string, string>() },
  ];
  let html = '';
  for (const choice of choices) {
    html = page({ ...fixed, ...choice });
    if (new TextEncoder().encode(html).length <= PAGE_BYTES) break;
  }
  return { html, svgs };
}
