import { parse, View } from 'vega';
import type { Chart } from './charts/chart.js';
import { compileChart } from './compile.js';
import { chartExpressions } from './expressions.js';
import { fillData } from './fill.js';
import { smallSvg } from './small-svg.js';

const SUBTITLE_LETTERS = 84;

/** Breaks a text into lines at its spaces. */
function lines(text: string): string[] {
  const broken: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= SUBTITLE_LETTERS) {
      broken.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...broken, line];
}

/** The library numbers its definitions anew for every picture in the process; here from one. */
function ownIds(svg: string, name: string): string {
  const ids = new Map<string, string>();
  for (const [, id] of svg.matchAll(/ id="([A-Za-z_]*clip\d+|gradient_\d+)"/g)) {
    if (id !== undefined && !ids.has(id)) ids.set(id, `${name}-${ids.size + 1}`);
  }
  let text = svg;
  for (const [id, to] of ids) {
    text = text.replaceAll(`id="${id}"`, `id="${to}"`).replaceAll(`url(#${id})`, `url(#${to})`);
  }
  return text;
}

/** A chart as SVG text in the light theme; `titled` writes title and caption into the picture. */
export async function chartSvg(chart: Chart, titled: boolean): Promise<string> {
  const title = {
    text: chart.title,
    frame: 'bounds',
    subtitle: lines(chart.caption),
    fontSize: 15,
    subtitleFontSize: 11,
    subtitleColor: { expr: 'muted' },
    subtitlePadding: 6,
    offset: 14,
    limit: 0,
  };
  const spec = fillData(compileChart(chart, titled ? { title } : {}), chart.panels, chart.rows);
  const view = new View(parse(spec, undefined, { ast: true }), {
    renderer: 'none',
    expr: chartExpressions,
  } as ConstructorParameters<typeof View>[1]);
  const svg = await view.toSVG();
  view.finalize();
  return ownIds(smallSvg(svg), chart.name);
}
