import type { Spec as VegaSpec } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Chart, Spec } from './charts/chart.js';

/** Messages of the compiler that would reach nobody are mistakes of ours. */
const strictLogger = {
  level() {
    return this;
  },
  warn(...args: readonly unknown[]): never {
    throw new Error(`vega-lite: ${args.join(' ')}`);
  },
  info() {
    return this;
  },
  debug() {
    return this;
  },
  error(...args: readonly unknown[]): never {
    throw new Error(`vega-lite: ${args.join(' ')}`);
  },
};

/** Vega-Lite to Vega, in Node, so that the page carries no compiler. */
export function compileChart(chart: Chart, extra: Spec = {}): VegaSpec {
  const spec = { ...chart.spec, ...extra, description: `${chart.title}. ${chart.caption}` };
  return compile(spec as unknown as TopLevelSpec, { logger: strictLogger as never }).spec;
}
