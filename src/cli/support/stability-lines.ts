import type {
  Loop,
  LoopStep,
  PolicyStability,
  Span,
  StabilityResult,
  Threshold,
} from '../../study/index.js';
import { duration, known, number, rate, share } from './format.js';
import { sparkline } from './sparkline.js';
import { type Column, table } from './table.js';
import type { Colors } from './terminal.js';

type SayLoad = (load: number) => string;

/**
 * Each policy: a sentence, the loop, the frontier, and theory beside them. What is the same to the
 * last figure as under a policy before is told once.
 */
export function stabilityLines(result: StabilityResult, colors: Colors): string[] {
  const told = new Map<string, string>();
  return Object.entries(result.policies).flatMap(([name, policy]) => {
    const figures = figuresLines(policy, { result, colors });
    const same = told.get(figures.join('\n'));
    if (same === undefined) told.set(figures.join('\n'), name);
    const beneath = same === undefined ? figures : [colors.dim(`  figures as under ${same}`)];
    const notes = policy.notes.map((note) => colors.dim(`  (${note})`));
    return ['', `${colors.bold(name)}: ${sentence(policy)}`, ...beneath, ...notes];
  });
}

function figuresLines(
  policy: PolicyStability,
  { result, colors }: { result: StabilityResult; colors: Colors },
): string[] {
  const lines: string[] = [];
  if (policy.bands !== undefined) lines.push(`  ${colors.dim('simulated')}  ${bandsText(policy)}`);
  lines.push(`  ${colors.dim('theory')}     ${theoryText(policy)}`);
  if (policy.loop !== undefined) {
    lines.push('', ...loopLines(policy.loop, sayerOf(policy), { result, colors }));
  }
  const frontier = frontierLines(policy, colors);
  if (frontier.length > 0) lines.push('', ...frontier);
  return lines;
}

/**
 * "stable below 148/s, vulnerable up to 295/s: pause server for 1.2 s at 200/s tips it, and it does
 * not come back until the load is cut below 147/s"
 */
export function sentence(policy: PolicyStability): string {
  const { bands, trigger } = policy;
  const say = sayerOf(policy);
  const loop = policy.loop === undefined ? null : loopText(policy.loop, say);
  if (bands === undefined || trigger === null) return loop ?? 'stopped before anything was found';
  const { stable, unstable } = bands;
  const top = policy.loads.at(-1)!;
  const falls =
    unstable.high === null
      ? `stands by itself up to ${say(top)}`
      : `falls by itself from ${say(unstable.high)}`;
  if (unstable.high !== null && unstable.low === null)
    return `${falls} on, the least that was tried`;
  if (stable.high === null) {
    const longest = `${trigger.text} for ${duration(trigger.greatest.duration)}`;
    return `stable: even ${longest} tips it nowhere; it ${falls}`;
  }
  const below =
    stable.low === null ? 'stable at no load that was tried' : `stable up to ${say(stable.low)}`;
  const upTo = unstable.low === null ? '' : `, vulnerable up to ${say(unstable.low)}`;
  return `${below}${upTo}${tipText(policy, say)}`;
}

function tipText(policy: PolicyStability, say: SayLoad): string {
  const { frontier, shed, trigger } = policy;
  const tips = frontier?.points.filter(({ duration }) => duration?.high != null) ?? [];
  const point = tips.find(({ load }) => load === shed?.load) ?? tips[0];
  if (point === undefined) return '';
  const tip = point.duration!.at ?? point.duration!.high!.at;
  const tipped = `: ${trigger!.text} for ${duration(tip)} at ${say(point.load)} tips it`;
  if (shed === undefined) return tipped;
  const { low, high } = shed.to;
  const lasting = shed.for === null ? '' : ` for ${duration(shed.for)}`;
  if (high === null) return `${tipped}, and it comes back by itself later`;
  if (low === null) return `${tipped}, and no cut of the load${lasting} brings it back`;
  return `${tipped}, and it does not come back until the load is cut below ${say(high)}${lasting}`;
}

function bandsText({ bands, loads, ...policy }: PolicyStability): string {
  const say = sayerOf(policy);
  const { stable, unstable } = bands!;
  const tips =
    stable.high === null
      ? 'no load is tipped for good'
      : `${stable.low === null ? '' : `stable at ${say(stable.low)}, `}tipped from ${say(stable.high)}`;
  const falls =
    unstable.high === null
      ? `stands by itself up to ${say(loads.at(-1)!)}`
      : `${unstable.low === null ? '' : `stands by itself at ${say(unstable.low)}, `}falls at ${say(unstable.high)}`;
  return `${tips}; ${falls}`;
}

function theoryText({ theory }: PolicyStability): string {
  const { capacity, stable_below: stable, bottleneck, reason, note } = theory;
  if (capacity === null) return reason ?? 'no closed form';
  const below = stable === null ? '' : `stable below ${rate(stable)}, `;
  const bound = note === null ? '' : `; ${note}`;
  return `${below}unstable from ${rate(capacity)} (capacity of ${bottleneck}${bound})`;
}

function loopText(loop: Loop, say: SayLoad): string {
  const { falls, hidden, rises } = loop;
  const top = loop.steps.reduce((most, { load }) => Math.max(most, load), 0);
  if (falls.high === null) return `stands at every load up to ${say(top)}, and on the way down`;
  const fell = `up, it falls between ${spanText(falls, say)}`;
  const back =
    rises.low === null
      ? 'down, it is not back at any load that was tried'
      : `down, it is back between ${spanText(rises, say)}`;
  const way = hidden === null ? 'the way back is the way there' : hiddenText(hidden, say);
  return `${fell}; ${back}: ${way}`;
}

function hiddenText({ from, to }: { from: number; to: number }, say: SayLoad): string {
  const where = from === to ? say(from) : `${say(from)} to ${say(to)}`;
  return `at ${where} it is up or down by what was before`;
}

function loopLines(
  loop: Loop,
  say: SayLoad,
  { result, colors }: { result: StabilityResult; colors: Colors },
): string[] {
  const legs = { up: legOf(loop, 'up'), down: legOf(loop, 'down') };
  const loads = [...new Set(loop.steps.map(({ load }) => load))].sort((a, b) => a - b);
  const right = (title: string): Column => ({ title, align: 'right' });
  const columns = [
    right('load'),
    ...['up: good', 'p99', 'present', 'down: good', 'p99', 'present', 'held'].map(right),
  ];
  const rows = loads.map((load) => {
    const [up, down] = [legs.up.get(load), legs.down.get(load)];
    return [say(load), ...figuresOf(up), ...figuresOf(down), known(down?.seconds, duration)];
  });
  const [head, ...lines] = table(
    columns,
    rows.map((row, index) => {
      const differs = isHidden(legs.up.get(loads[index]!), legs.down.get(loads[index]!));
      return row.map((text) => (differs ? { text, paint: colors.yellow } : { text }));
    }),
  );
  const line = (leg: Map<number, LoopStep>): string => {
    return sparkline(
      loads.map((load) => leg.get(load)?.goodput_ratio ?? null),
      loads.length,
      1,
    );
  };
  const held = `a step up held for ${duration(result.hold)}`;
  return [
    `  ${colors.dim('loop')}  ${loopText(loop, say)}`,
    `  ${colors.dim(`up ${line(legs.up)}  down ${line(legs.down)}  (good ÷ offered; ${held})`)}`,
    `  ${colors.dim(head!)}`,
    ...lines.map((text) => `  ${text}`),
  ];
}

function legOf(loop: Loop, leg: LoopStep['leg']): Map<number, LoopStep> {
  const steps = loop.steps.filter((step) => step.leg === leg);
  return new Map(steps.map((step) => [step.load, step]));
}

function figuresOf(step: LoopStep | undefined): string[] {
  if (step === undefined) return ['', '', ''];
  return [known(step.goodput_ratio, share), known(step.p99, duration), number(step.in_system)];
}

function isHidden(up: LoopStep | undefined, down: LoopStep | undefined): boolean {
  return up?.stands === true && down?.stands === false;
}

function frontierLines(policy: PolicyStability, colors: Colors): string[] {
  const { frontier, trigger, bands } = policy;
  if (frontier === undefined || trigger === null || bands === undefined) return [];
  const say = sayerOf(policy);
  const told = frontier.points.filter(({ band }) => band === 'vulnerable');
  if (told.length === 0) return [];
  const sized = trigger.size !== null;
  const columns: Column[] = [
    { title: 'load', align: 'right' },
    { title: 'tips half of the seeds', align: 'right' },
    { title: 'seeds that tip', align: 'left' },
    ...(sized
      ? [{ title: `size for ${duration(trigger.natural.duration)}`, align: 'right' } as const]
      : []),
  ];
  const size = (value: number): string => `× ${number(value)}`;
  const rows = told.map(({ load, duration: found, size: sizes }) => [
    { text: say(load) },
    { text: thresholdText(found, duration, trigger.greatest.duration) },
    { text: neighboursText(found, duration) },
    ...(sized ? [{ text: thresholdText(sizes, size, trigger.greatest.size) }] : []),
  ]);
  const [head, ...lines] = table(columns, rows);
  const { checked } = frontier;
  const doubt =
    checked.runs === 0
      ? ''
      : ` (watched twice as long, ${checked.changed} of ${checked.runs} runs came out otherwise)`;
  return [
    `  ${colors.dim('trigger')}  ${trigger.text}${colors.dim(doubt)}`,
    `  ${colors.dim(head!)}`,
    ...lines.map((text) => `  ${text}`),
  ];
}

function thresholdText(
  found: Threshold | null,
  say: (value: number) => string,
  greatest: number,
): string {
  if (found === null) return '–';
  if (found.at !== null) return say(found.at);
  return found.high === null ? `none up to ${say(greatest)}` : `under ${say(found.high.at)}`;
}

/** "8 of 20 at 1.18 s, 11 of 20 at 1.2 s" */
function neighboursText(found: Threshold | null, say: (value: number) => string): string {
  const of = [found?.low ?? null, found?.high ?? null].filter((one) => one !== null);
  return of.map(({ at, tipped, of: all }) => `${tipped} of ${all} at ${say(at)}`).join(', ');
}

function spanText({ low, high }: Span, say: SayLoad): string {
  if (low === null || high === null) return known(low ?? high, say);
  return `${say(low)} and ${say(high)}`;
}

/** Rates, or shares of the file's load. */
function sayerOf({ unit }: Pick<PolicyStability, 'unit'>): SayLoad {
  return unit === 'rate' ? rate : (load) => `${share(load)} load`;
}
