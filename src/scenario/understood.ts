import type { DistributionSpec } from '../kernel/distributions.js';
import type {
  ArrivalsPlan,
  ComponentPlan,
  EdgePlan,
  FaultCondition,
  Plan,
  RatePoint,
} from '../model/plan.js';
import { planFor } from './plan-for.js';
import type { Scenario } from './scenario.js';
import { cellsOf } from './sweep.js';
import { formatDuration, formatRate, formatShare, plain } from './units.js';

/** What was understood of a scenario, as `spillway validate` prints it; ends in a line break. */
export function understood(scenario: Scenario): string {
  const plans = scenario.policies.map(({ name }) => ({ name, plan: planFor(scenario, name) }));
  const cells = cellsOf(scenario).length;
  const lines = [
    `${scenario.title}: ${timesText(scenario)}`,
    ...section('producers', varying(plans, producerLines)),
    ...section('services and dependencies', varying(plans, componentLines)),
    ...section('calls', varying(plans, edgeLines)),
    ...section('faults', varying(plans, faultLines)),
    `policies: ${scenario.policies.map(({ name }) => name).join(', ')}`,
    `expectations: ${scenario.expect.length}`,
    ...(scenario.replications > 1 ? [`replications: ${scenario.replications}`] : []),
    ...(cells > 0 ? [`sweep: ${cells} cells of ${axesText(scenario)}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

interface Laid {
  name: string;
  plan: Plan;
}

function timesText({ durationNs, warmupNs, seed }: Scenario): string {
  const warmup = warmupNs > 0 ? `, of which ${formatDuration(warmupNs)} are warm-up` : '';
  return `${formatDuration(durationNs)}${warmup}; seed ${seed}`;
}

function axesText({ sweep }: Scenario): string {
  return sweep.map(({ path }) => path).join(' × ');
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
}

/**
 * One line a thing where all policies agree; else one for each way it is, with the policies that
 * have it so. `linesOf` gives what is told of each thing, by its name.
 */
function varying(plans: Laid[], linesOf: (plan: Plan) => Map<string, string>): string[] {
  const texts = new Map<string, Map<string, string[]>>();
  for (const { name, plan } of plans) {
    for (const [thing, text] of linesOf(plan)) {
      const ways = texts.get(thing) ?? new Map<string, string[]>();
      ways.set(text, [...(ways.get(text) ?? []), name]);
      texts.set(thing, ways);
    }
  }
  return [...texts].flatMap(([thing, ways]) => {
    const agreed = ways.size === 1 && [...ways.values()][0]?.length === plans.length;
    if (agreed) return [`${thing}: ${[...ways.keys()].join('')}`];
    const lines = [...ways].map(([text, names]) => `  ${names.join(', ')}: ${text}`);
    return [`${thing}:`, ...lines];
  });
}

function producerLines({ producers, edges, components }: Plan): Map<string, string> {
  return new Map(
    producers.map(({ name, arrivals, to, objectiveNs }) => {
      const target = components[edges[to.edge]?.to ?? -1];
      const route = target?.routes[to.route]?.name;
      const objective = Number.isFinite(objectiveNs)
        ? `, good within ${formatDuration(objectiveNs)}`
        : '';
      const whom = `${target?.name}${route == null ? '' : `/${route}`}`;
      return [name, `${arrivalsText(arrivals)} to ${whom}${objective}`];
    }),
  );
}

function arrivalsText(arrivals: ArrivalsPlan): string {
  if (arrivals.kind === 'backlog') return `a backlog with ${arrivals.senders} senders`;
  if (arrivals.kind === 'closed') {
    return `${arrivals.users} users that think ${lawText(arrivals.think)}`;
  }
  return `${arrivals.kind} ${arrivals.rate.map(rateText).join(', ')}`;
}

function rateText({ atNs, perSecond, rampNs }: RatePoint): string {
  const from = atNs === 0 ? '' : ` from ${formatDuration(atNs)}`;
  const ramp = rampNs === 0 ? '' : ` (over ${formatDuration(rampNs)})`;
  return `${formatRate(perSecond)}${from}${ramp}`;
}

function componentLines({ components }: Plan): Map<string, string> {
  return new Map(components.map((component) => [component.name, componentText(component)]));
}

function componentText(component: ComponentPlan): string {
  const { kind, replicas, balance, workers, queue, contention, routes } = component;
  const several = replicas > 1 ? `${replicas} replicas (${balance}) of ` : '';
  const named = routes.flatMap(({ name }) => name ?? []);
  const parts = [`${kind}, ${several}${Number.isFinite(workers) ? workers : 'unbounded'} workers`];
  if (Number.isFinite(workers)) {
    const bounded = Number.isFinite(queue.capacity);
    const full = bounded ? `${queue.capacity}, then ${queue.whenFull}` : 'unbounded';
    parts.push(`queue ${full}${queue.discipline === 'fifo' ? '' : `, ${queue.discipline}`}`);
  }
  if (contention !== null) parts.push(`usl ${contention.alpha} ${contention.beta}`);
  if (named.length > 0) parts.push(`routes ${named.join(', ')}`);
  return parts.join('; ');
}

function edgeLines({ edges }: Plan): Map<string, string> {
  return new Map(edges.map((edge) => [edge.name, edgeText(edge)]));
}

function edgeText({ network, timeoutNs, retry }: EdgePlan): string {
  const parts = [
    Number.isFinite(timeoutNs) ? `timeout ${formatDuration(timeoutNs)}` : 'no timeout',
  ];
  if (network !== null) parts.push(`network ${lawText(network)}`);
  if (retry !== null) parts.push(retryText(retry));
  return parts.join('; ');
}

function retryText({ attempts, on, backoff, jitter, budget }: NonNullable<EdgePlan['retry']>) {
  const reasons = Object.entries(on).flatMap(([reason, named]) => (named ? [reason] : []));
  const parts = [`${attempts} attempts`];
  if (reasons.length < 3) parts.push(`on ${reasons.join(', ') || 'nothing'}`);
  if (backoff.kind === 'fixed') parts.push(`${formatDuration(backoff.waitNs)} apart`);
  if (backoff.kind === 'exponential') {
    const { baseNs, capNs, factor } = backoff;
    const cap = Number.isFinite(capNs) ? ` up to ${formatDuration(capNs)}` : '';
    parts.push(`backoff ${formatDuration(baseNs)} × ${plain(factor)}${cap}`);
  }
  if (jitter !== 'none') parts.push(`jitter ${jitter}`);
  if (budget !== null) parts.push(`budget ${formatShare(budget.share)}`);
  return parts.join(', ');
}

function faultLines({ faults }: Plan): Map<string, string> {
  return new Map(
    faults.map(({ atNs, when, everyNs, forNs, text }, index) => {
      const begins = when === null ? `at ${formatDuration(atNs)}` : whenText(when);
      const lasting = Number.isFinite(forNs) ? `for ${formatDuration(forNs)}` : 'for good';
      const again = Number.isFinite(everyNs) ? `, every ${formatDuration(everyNs)}` : '';
      return [`${index + 1}`, `${text} ${begins}, ${lasting}${again}`];
    }),
  );
}

/** The condition in base units: seconds, per second, shares between 0 and 1. */
function whenText({ metric, op, value }: FaultCondition): string {
  return `when ${metric} ${op} ${plain(value)}`;
}

/** A law in a few words, its mean first. */
function lawText(law: DistributionSpec): string {
  switch (law.kind) {
    case 'constant':
      return formatDuration(law.ns);
    case 'uniform':
      return `uniform ${formatDuration(law.fromNs)} to ${formatDuration(law.toNs)}`;
    case 'hyperexponential':
    case 'mixture':
    case 'empirical':
      return law.kind;
    default:
      return `${law.kind} ${formatDuration(law.meanNs)}`;
  }
}
