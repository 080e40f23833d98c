import { clientScript } from './build/client-script.js';
import { sha256 } from './build/sha256.js';
import { chartContext } from './charts/context.js';
import { drawCharts } from './charts/index.js';
import { compileChart } from './compile.js';
import type { Report, ReportInput } from './input.js';
import { renderPage } from './page.js';
import { chartSvg } from './svg.js';

/** A larger page leaves out its still pictures, which lie beside it as files. */
const PAGE_BYTES = 1_450_000;

/** Points a line and points in all, so that many policies still make a page that can be mailed. */
interface PointBudget {
  line: number;
  all: number;
}

/** About a point a pixel of a wide screen. */
const PAGE_POINTS: PointBudget = { line: 1000, all: 36_000 };
/** A point in two pixels: what a still picture of 680 pixels shows well. */
const STILL_POINTS: PointBudget = { line: 300, all: 12_000 };

/** How many points each line may have, by how many lines there are to draw. */
function pointsPerLine(budget: PointBudget, input: ReportInput): number {
  const charts = drawCharts(chartContext(input, { interactive: false, maxPoints: 2 }));
  const panels = charts.flatMap((chart) => Object.values(chart.panels));
  const lines = panels.reduce((sum, panel) => sum + panel.lines.length, 1);
  return Math.min(budget.line, Math.floor(budget.all / lines));
}

/**
 * Draws a result: `charts → Vega-Lite → Vega → SVG`, and the same charts live in one page that
 * needs nothing else. The same input gives the same bytes.
 */
export async function renderReport(input: ReportInput): Promise<Report> {
  const still = drawCharts(
    chartContext(input, { interactive: false, maxPoints: pointsPerLine(STILL_POINTS, input) }),
  );
  const svgs: Record<string, string> = {};
  const stills = new Map<string, string>();
  for (const chart of still) {
    svgs[chart.name] = await chartSvg(chart, true);
    stills.set(chart.name, await chartSvg(chart, false));
  }
  const charts = drawCharts(
    chartContext(input, { interactive: true, maxPoints: pointsPerLine(PAGE_POINTS, input) }),
  );
  const live = charts.map((chart) => ({
    name: chart.name,
    spec: compileChart(chart),
    panels: chart.panels,
    rows: chart.rows,
  }));
  const parts = { input, charts, live, script: clientScript(), hash: sha256 };
  const html = renderPage({ ...parts, stills });
  if (new TextEncoder().encode(html).length <= PAGE_BYTES) return { html, svgs };
  return { html: renderPage({ ...parts, stills: new Map() }), svgs };
}
