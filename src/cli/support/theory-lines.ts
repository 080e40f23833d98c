import type { PolicyResult, RunResult, TheoryForm } from '../../study/index.js';
import { duration, known, number, rate, share } from './format.js';
import type { Colors } from './terminal.js';

/** Figures of a form that are told without being asked for, and lines in all. */
const FIGURES_SHORT = 2;
const LINES_SHORT = 8;
const REASONS_SHORT = 3;
/** What one asks first, of a component and of a client. */
const TOLD_FIRST = /(wait\.(mean|p99)|latency\.(mean|p99)|rejected_ratio|throughput|utilization)$/;

/**
 * Theory beside simulation: a line a form, with the figure of theory, the simulated one and, of
 * several replications, its interval; where nothing fits, the first reasons. `verbose` tells all.
 * What is the same under every policy is told once.
 */
export function theoryLines(result: RunResult, colors: Colors, verbose: boolean): string[] {
  const blocks = new Map<string, string[]>();
  for (const [name, policy] of Object.entries(result.policies)) {
    const text = linesOf(policy, verbose).join('\n');
    if (text !== '') blocks.set(text, [...(blocks.get(text) ?? []), name]);
  }
  const all = Object.keys(result.policies).length;
  return [...blocks].flatMap(([text, names]) => {
    const whose = names.length === all ? '' : ` (${names.join(', ')})`;
    return text.split('\n').map((line) => `${colors.dim(`theory${whose}`)}  ${line}`);
  });
}

function linesOf(policy: PolicyResult, verbose: boolean): string[] {
  const { forms = [], refused = [] } = policy.theory;
  const told = forms.map((form) => formLine(form, policy, verbose));
  const whose = new Map<string, string[]>();
  for (const { component, reason } of refused) {
    whose.set(reason, [...(whose.get(reason) ?? []), ...(component === null ? [] : [component])]);
  }
  const reasons = [...whose].map(([reason, names]) => {
    return `no closed form: ${names.length === 0 ? '' : `${names.join(', ')}: `}${reason}`;
  });
  if (verbose) return [...told, ...reasons];
  if (told.length === 0) return shortened(reasons, REASONS_SHORT);
  return shortened(told, LINES_SHORT);
}

/** At most so many lines, the last of which says how many are left out. */
function shortened(lines: readonly string[], most: number): string[] {
  if (lines.length <= most) return [...lines];
  const rest = lines.length - (most - 1);
  return [...lines.slice(0, most - 1), `and ${rest} more (-v shows all)`];
}

/** "M/M/1 at server: wait.mean 4 ms (simulated 3.98 ms, 95% interval 3.95 ms to 4.02 ms)" */
function formLine(of: TheoryForm, policy: PolicyResult, verbose: boolean): string {
  const { component, form, figures } = of;
  const all = Object.entries(figures);
  const first = all.filter(([metric]) => TOLD_FIRST.test(metric));
  // Shares of workers come after times.
  first.sort(([a], [b]) => Number(a.endsWith('utilization')) - Number(b.endsWith('utilization')));
  const chosen = (first.length > 0 ? first : all).slice(0, FIGURES_SHORT);
  const parts = (verbose ? all : chosen).map(([metric, value]) => {
    const say = writerOf(metric);
    const short = component === null ? metric : metric.replace(/^[a-z]+\.[^.]+\./, '');
    return `${short} ${say(value)} (${besideIt(metric, policy, say)})`;
  });
  return `${form}${component === null ? '' : ` at ${component}`}: ${parts.join(', ')}`;
}

function besideIt(
  metric: string,
  { metrics, intervals }: PolicyResult,
  say: (value: number) => string,
): string {
  const simulated = `simulated ${known(metrics[metric], say)}`;
  const interval = intervals[metric] ?? null;
  if (interval === null) return simulated;
  return `${simulated}, 95% interval ${say(interval[0])} to ${say(interval[1])}`;
}

function writerOf(metric: string): (value: number) => string {
  if (/(latency|wait|sojourn)\.[a-z0-9]+$/.test(metric)) return duration;
  if (/_ratio$|utilization$/.test(metric)) return share;
  return metric.endsWith('throughput') ? rate : number;
}
