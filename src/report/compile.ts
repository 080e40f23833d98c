import type { LoggerInterface, Spec as VegaSpec } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Chart, Spec } from './charts/chart.js';

/** A logger that hands warnings and errors on and is silent itself. */
function loggerFor(warn: (message: string) => void): LoggerInterface {
  const tell = (...args: readonly unknown[]): LoggerInterface => {
    warn(args.join(' '));
    return logger;
  };
  const ignore = (): LoggerInterface => logger;
  const logger = {
    level: ignore,
    error: tell,
    warn: tell,
    info: ignore,
    debug: ignore,
  } as unknown as LoggerInterface;
  return logger;
}

/**
 * Vega-Lite to Vega, in Node, so that the page carries no compiler. What the compiler warns of is a
 * mistake of ours that a test looks for; a reader of reports gets the chart as it can be drawn.
 */
export function compileChart(
  chart: Chart,
  extra: Spec = {},
  warn: (message: string) => void = () => {},
): VegaSpec {
  const spec = { ...chart.spec, ...extra, description: `${chart.title}. ${chart.caption}` };
  return compile(spec as unknown as TopLevelSpec, { logger: loggerFor(warn) }).spec;
}
