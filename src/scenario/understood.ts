import type { DistributionSpec } from '../kernel/distributions.js';
import { stepsOf } from '../model/index.js';
import type {
  AlertsPlan,
  ArrivalsPlan,
  ComponentPlan,
  EdgePlan,
  FaultCondition,
  LabelPlan,
  Plan,
  ProducerPlan,
  QueuePlan,
  RatePlan,
  RatePoint,
} from '../model/plan.js';
import { breakerText } from './breaker-text.js';
import { healthText } from './health.js';
import { pileUps } from './pile-ups.js';
import { planFor } from './plan-for.js';
import type { Scenario } from './scenario.js';
import { USUAL_ALERTS } from './schema/alerts.js';
import { cellsOf } from './sweep.js';
import { autoscaleText } from './understood-autoscale.js';
import { consumesText, queueLines } from './understood-brokers.js';
import { cacheTexts } from './understood-caches.js';
import { lawText } from './understood-laws.js';
import { limitTexts } from './understood-limits.js';
import { lockLines } from './understood-locks.js';
import { memoryText } from './understood-memory.js';
import { degradeText, queueText } from './understood-queues.js';
import { backoffTexts, budgetText } from './understood-retries.js';
import { conditionText, ruleText } from './understood-rules.js';
import { formatDuration, formatRate, formatShare, formatSize, plain } from './units.js';

/** What was understood of a scenario, as `spillway validate` prints it; ends in a line break. */
export function understood(scenario: Scenario): string {
  const plans = scenario.policies.map(({ name }) => ({ name, plan: planFor(scenario, name) }));
  const cells = cellsOf(scenario).length;
  const lines = [
    `${scenario.title}: ${timesText(scenario)}`,
    ...section('producers', varying(plans, producerLines)),
    ...section('services and dependencies', varying(plans, componentLines)),
    ...section('queues', varying(plans, queueLines)),
    ...section('locks', varying(plans, lockLines)),
    ...section('calls', varying(plans, edgeLines)),
    ...section('faults', varying(plans, faultLines)),
    ...section('alerts set otherwise than usual', varying(plans, alertLines)),
    ...pileUpLines(plans),
    `policies: ${scenario.policies.map(({ name }) => name).join(', ')}`,
    `expectations: ${scenario.expect.length}`,
    ...(scenario.replications > 1 ? [`replications: ${scenario.replications}`] : []),
    ...(cells > 0 ? [`sweep: ${cells} cells of ${axesText(scenario)}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

const NOTHING: DistributionSpec = { kind: 'constant', ns: 0 };

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

/** Where work can pile up without limit, and under which policies; or that it can nowhere. */
function pileUpLines(plans: Laid[]): string[] {
  const lines = varying(plans, (plan) => {
    return new Map(pileUps(plan).map(({ place, why, cure }) => [place, `${why}. Cure: ${cure}`]));
  });
  if (lines.length === 0) return ['nothing can pile up without limit'];
  return section('where work can pile up without limit', lines);
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

function producerLines(plan: Plan): Map<string, string> {
  const { producers, edges, components } = plan;
  const isCounted = components.some(({ memory }) => memory !== null);
  return new Map(
    producers.map((producer) => {
      const { name, arrivals, to, objectiveNs } = producer;
      const objective = Number.isFinite(objectiveNs)
        ? `, good within ${formatDuration(objectiveNs)}`
        : '';
      const total = to.reduce((sum, { weight }) => sum + weight, 0);
      const whom = to.map(({ edge, route, weight }) => {
        const node = edges[edge]?.to ?? -1;
        const target = components[node] ?? plan.queues[node - components.length];
        const into = components[node]?.routes[route]?.name;
        const share = to.length === 1 ? '' : ` (${formatShare(weight / total)})`;
        return `${target?.name}${into == null ? '' : `/${into}`}${share}`;
      });
      const each = isCounted ? [`${formatSize(producer.sizeBytes)} each`] : [];
      const more = [...moreOfProducer(producer), ...each].map((text) => `; ${text}`);
      return [name, `${arrivalsText(arrivals)} to ${whom.join(', ')}${objective}${more.join('')}`];
    }),
  );
}

function moreOfProducer(producer: ProducerPlan): string[] {
  const { name, clients, priority, tenant, key, limit, fromNs, untilNs } = producer;
  const parts: string[] = [];
  if (fromNs > 0) parts.push(`from ${formatDuration(fromNs)}`);
  if (Number.isFinite(untilNs)) parts.push(`until ${formatDuration(untilNs)}`);
  if (Number.isFinite(limit)) parts.push(`${limit} requests in all`);
  if (clients > 1) parts.push(`${clients} clients`);
  if (priority > 0) parts.push(`priority ${priority}`);
  if (tenant?.kind !== 'name' || tenant.name !== name) parts.push(`tenant ${labelText(tenant)}`);
  if (key !== null) parts.push(`key ${labelText(key)}`);
  return parts;
}

function labelText(label: LabelPlan): string {
  if (label === null) return 'none';
  return label.kind === 'name' ? label.name : `by Zipf ${plain(label.s)} of ${label.n}`;
}

function arrivalsText(arrivals: ArrivalsPlan): string {
  if (arrivals.kind === 'backlog') return `a backlog with ${arrivals.senders} senders`;
  if (arrivals.kind === 'closed') {
    return `${arrivals.users} users that think ${lawText(arrivals.think)}`;
  }
  switch (arrivals.kind) {
    case 'renewal': {
      const faster = arrivals.load === 1 ? '' : `, ${plain(arrivals.load)} times as fast`;
      return `renewal ${lawText(arrivals.between)}${faster}`;
    }
    case 'mmpp': {
      const states = arrivals.states.map(
        ({ perSecond, meanNs }) => `${formatRate(perSecond)} for ${formatDuration(meanNs)}`,
      );
      return `mmpp ${states.join(', ')}`;
    }
    case 'batch':
      return `batches of ${arrivals.size}, ${ratesText(arrivals.rate)}`;
    case 'trace':
      return `a trace of ${arrivals.atNs.length} arrivals`;
    default:
      return `${arrivals.kind} ${ratesText(arrivals.rate)}`;
  }
}

/** More steps of a schedule nobody reads. */
const MOST_STEPS = 20;

function ratesText(rate: RatePlan): string {
  if (!Array.isArray(rate)) {
    const { meanPerSecond, peakPerSecond, periodNs } = rate;
    const peak = `peak ${formatRate(peakPerSecond)}`;
    return `diurnal ${formatRate(meanPerSecond)}, ${peak} every ${formatDuration(periodNs)}`;
  }
  const steps = rate.slice(0, MOST_STEPS).map(rateText);
  const left = rate.length - steps.length;
  return `${steps.join(', ')}${left > 0 ? `, and ${left} steps more` : ''}`;
}

function rateText({ atNs, perSecond, rampNs }: RatePoint): string {
  const from = atNs === 0 ? '' : ` from ${formatDuration(atNs)}`;
  const ramp = rampNs === 0 ? '' : ` (over ${formatDuration(rampNs)})`;
  return `${formatRate(perSecond)}${from}${ramp}`;
}

function componentLines(plan: Plan): Map<string, string> {
  const { components, queues } = plan;
  return new Map(
    components.map((component, c) => {
      const text = [componentText(component, queues), ...cacheTexts(stepsOf(plan, c))];
      return [component.name, text.join('; ')];
    }),
  );
}

function componentText(component: ComponentPlan, queues: readonly QueuePlan[]): string {
  const { kind, replicas, balance, workers, cores, io, queue, contention, routes, deadlineCheck } =
    component;
  const several = replicas > 1 ? `${replicas} replicas (${balance}) of ` : '';
  const named = routes.flatMap(({ name }) => name ?? []);
  const parts = [`${kind}, ${several}${Number.isFinite(workers) ? workers : 'unbounded'} workers`];
  if (Number.isFinite(cores)) parts.push(`${cores} cores`);
  if (io === 'async') parts.push('async');
  if (Number.isFinite(workers)) {
    parts.push(queueText(queue, queues));
  }
  if (component.admission.length > 0) {
    parts.push(`lets in by ${component.admission.map(ruleText).join(', then ')}`);
  }
  if (contention?.kind === 'usl') parts.push(`usl ${contention.alpha} ${contention.beta}`);
  if (contention?.kind === 'linear') {
    parts.push(`${formatDuration(contention.eachNs)} more for each at work`);
  }
  if (deadlineCheck) parts.push('looks at deadlines');
  if (component.degrade !== null) parts.push(degradeText(component.degrade));
  if (component.autoscale !== null) parts.push(autoscaleText(component.autoscale));
  if (component.reject !== null) parts.push(rejectText(component.reject));
  if (component.health !== null) parts.push(healthText(component.health));
  if (component.memory !== null) parts.push(memoryText(component.memory));
  if (component.consumes !== null) parts.push(consumesText(component.consumes, queues));
  if (named.length > 0) parts.push(`routes ${named.join(', ')}`);
  return parts.join('; ');
}

function rejectText({ costNs, retryAfterNs }: NonNullable<ComponentPlan['reject']>): string {
  const parts: string[] = [];
  if (costNs > 0) parts.push(`take ${formatDuration(costNs)} of work`);
  if (retryAfterNs > 0) parts.push(`ask to wait ${formatDuration(retryAfterNs)}`);
  return `refusals ${parts.join(' and ')}`;
}

function edgeLines({ edges }: Plan): Map<string, string> {
  return new Map(edges.map((edge) => [edge.name, edgeText(edge)]));
}

function edgeText(edge: EdgePlan): string {
  const { from, network, timeoutNs, retry } = edge;
  if (from.kind === 'queue') {
    return network === null ? 'delivered at once' : `delivered by a network ${lawText(network)}`;
  }
  const parts = [
    Number.isFinite(timeoutNs) ? `timeout ${formatDuration(timeoutNs)}` : 'no timeout',
  ];
  if (network !== null) parts.push(`network ${lawText(network)}`);
  if (retry !== null) parts.push(retryText(retry));
  if (edge.breaker !== null) parts.push(breakerText(edge.breaker));
  return [...parts, ...guardTexts(edge), ...limitTexts(edge), ...gateTexts(edge)].join('; ');
}

function guardTexts({ cancel, deadline, fallback, hedge }: EdgePlan): string[] {
  const parts: string[] = [];
  if (deadline !== null) {
    const within = Number.isFinite(deadline.withinNs)
      ? ` ${formatDuration(deadline.withinNs)}`
      : '';
    parts.push(`deadline${within}${deadline.propagate ? ', handed on' : ''}`);
  }
  if (cancel) parts.push('cancels');
  if (hedge !== null) {
    const { after, max, budget } = hedge;
    const when = after.kind === 'fixed' ? formatDuration(after.ns) : `p${plain(after.q * 100)}`;
    const limit = Number.isFinite(budget) ? `, budget ${formatShare(budget)}` : '';
    parts.push(`up to ${max} ${max === 1 ? 'copy' : 'copies'} after ${when}${limit}`);
  }
  if (fallback !== null) {
    const of =
      fallback.steps.length > 0 ? 'steps of its own' : lawText(fallback.latency ?? NOTHING);
    parts.push(`fallback ${of}${fallback.degraded ? ', degraded' : ''}`);
  }
  return parts;
}

function gateTexts({ bulkhead, connections, windowCredits }: EdgePlan): string[] {
  const parts: string[] = [];
  const waits = (ns: number) => (Number.isFinite(ns) ? `, wait ${formatDuration(ns)}` : '');
  if (bulkhead !== null) {
    const { concurrent, waiting, waitNs, hold } = bulkhead;
    const line = waiting > 0 ? `, ${Number.isFinite(waiting) ? waiting : 'any'} waiting` : '';
    const kept = hold === 'work' ? ', kept until the work is done' : '';
    parts.push(`bulkhead of ${concurrent}${line}${waiting > 0 ? waits(waitNs) : ''}${kept}`);
  }
  if (connections !== null) {
    const { max, waitNs, openNs } = connections;
    const open = openNs > 0 ? `, ${formatDuration(openNs)} to open` : '';
    parts.push(`${max} connections${waits(waitNs)}${open}`);
  }
  if (Number.isFinite(windowCredits)) parts.push(`window of ${windowCredits}`);
  return parts;
}

function retryText({
  attempts,
  on,
  backoff,
  jitter,
  budget,
  elsewhere,
  retryAfter,
}: NonNullable<EdgePlan['retry']>) {
  const parts = [`${attempts} attempts${elsewhere ? ', elsewhere' : ''}`];
  const usual = ['timeout', 'rejected', 'error'];
  const isUsual = on.length === 3 && usual.every((reason) => on.some((one) => one === reason));
  if (!isUsual) parts.push(`on ${on.join(', ') || 'nothing'}`);
  parts.push(...backoffTexts(backoff, jitter));
  if (retryAfter) parts.push('waits as long as it is told');
  if (budget !== null) parts.push(`budget ${budgetText(budget)}`);
  return parts.join(', ');
}

function faultLines({ faults }: Plan): Map<string, string> {
  const written = faults.filter(({ isPart }) => isPart !== true);
  return new Map(
    written.map(({ atNs, when, everyNs, forNs, rampNs = 0, text }, index) => {
      const begins = when === null ? `at ${formatDuration(atNs)}` : whenText(when);
      const lasting = Number.isFinite(forNs) ? `for ${formatDuration(forNs)}` : 'for good';
      const rises = rampNs > 0 ? `, coming on over ${formatDuration(rampNs)}` : '';
      const again = Number.isFinite(everyNs) ? `, every ${formatDuration(everyNs)}` : '';
      const ends = forNs > 0 ? `, ${lasting}` : '';
      return [`${index + 1}`, `${text} ${begins}${ends}${rises}${again}`];
    }),
  );
}

function whenText(condition: FaultCondition): string {
  return `when ${conditionText(condition)}`;
}

/** The rules of alerts that are not as usual, as they would be written. */
function alertLines({ alerts }: Plan): Map<string, string> {
  const rules = Object.entries(alerts ?? {}) as [keyof AlertsPlan, Record<string, number> | null][];
  const changed = rules.filter(
    ([rule, settings]) => JSON.stringify(settings) !== JSON.stringify(USUAL_ALERTS[rule]),
  );
  return new Map(changed.map(([rule, settings]) => [rule, alertText(settings)]));
}

function alertText(settings: Record<string, number> | null): string {
  if (settings === null) return 'switched off';
  const parts = Object.entries(settings).map(([key, value]) => {
    if (key.endsWith('Ns')) return `${key.slice(0, -2)} ${formatDuration(value)}`;
    return `${key} ${key === 'above' ? formatShare(value) : plain(value)}`;
  });
  return parts.join(', ');
}
