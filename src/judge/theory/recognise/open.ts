import type { ArrivalsPlan, Plan, ProducerPlan } from '../../../model/plan.js';
import { mmcStaysLonger, mmcTimeQuantile } from '../forms/mmc.js';
import type { Figures, Fit, Fitting } from './fits.js';
import { isOpenRoom, type Leg, type Route, type Visit, Walk } from './flows.js';
import { type Law, same } from './law.js';
import { refusal } from './say.js';
import { strangeProducer } from './settings.js';
import { fitOf } from './stations.js';

/** What became of the components that open producers send to, and of the producers themselves. */
export interface Opened {
  stations: Map<number, Fitting>;
  clients: { producer: number; form: string; figures: Figures }[];
  tooLarge: boolean;
}

/**
 * Poisson streams through handlers that hold nobody up: split by chance they stay Poisson, delays of
 * any law leave them so, and what leaves an M/M/c in equilibrium is one again (P. J. Burke 1956; for
 * fixed ways through the stations F. P. Kelly, "Reversibility and Stochastic Networks", 1979, 3.1).
 * What leaves any other station is none: found by supposing the best and following again until no
 * station is worse than supposed.
 */
export function openForms(plan: Plan): Opened {
  const worse = new Map<number, string>();
  for (;;) {
    const walk = new Walk(plan, (station) => worse.get(station) ?? null);
    const routes = new Map<number, Route>();
    plan.producers.forEach(({ to }, producer) => {
      routes.set(producer, walk.route(producer, to[0]));
    });
    if (walk.tooLarge) return { stations: new Map(), clients: [], tooLarge: true };
    const stations = fittings(plan, walk);
    let settled = true;
    for (const [station, fitting] of stations) {
      if (worse.has(station) || isOpenRoom(plan, station) || passesOn(fitting)) continue;
      worse.set(station, refusal.after(plan.components[station].name));
      settled = false;
    }
    if (settled) return { stations, clients: clientsOf(plan, routes, stations), tooLarge: false };
  }
}

/** Whether what leaves is Poisson again: M/M/c without a bound, and servers that all share. */
function passesOn(fitting: Fitting): boolean {
  return 'fit' in fitting && (fitting.fit.pool !== null || fitting.fit.passesOn === true);
}

function fittings(plan: Plan, { visits: all, passing }: Walk): Map<number, Fitting> {
  const stations = new Map<number, Fitting>();
  for (const [station, visits] of all) {
    if (passing.has(station)) continue;
    const reason = reasonAgainst(plan, visits);
    stations.set(station, reason === null ? fitting(plan, station, visits) : { reason });
  }
  return stations;
}

/** Why the visits are no Poisson stream; null where they are one. */
function reasonAgainst(plan: Plan, visits: readonly Visit[]): string | null {
  for (const { producer, spoilt } of visits) {
    const reason = notPoisson(plan.producers[producer], plan) ?? spoilt;
    if (reason !== null) return reason;
  }
  return null;
}

function fitting(plan: Plan, station: number, visits: readonly Visit[]): Fitting {
  let arrivals = 0;
  let mean = 0;
  let square = 0;
  for (const { producer, count, law } of visits) {
    const rate = count * (rateOf(plan.producers[producer].arrivals, plan.durationNs) ?? 0);
    arrivals += rate;
    mean += rate * law.mean;
    square += rate * law.square;
  }
  if (arrivals === 0) return { reason: refusal.silent() };
  const kinds = kindsOf(visits);
  const law =
    kinds.length === 1
      ? kinds[0]
      : { mean: mean / arrivals, square: square / arrivals, shape: 'other' as const, name: '' };
  const ranked = visits.map(({ producer, count, law: own }) => {
    const { priority, arrivals: sent } = plan.producers[producer];
    return { priority, arrivals: count * (rateOf(sent, plan.durationNs) ?? 0), law: own };
  });
  const producers = new Set(visits.map(({ producer }) => producer));
  const once = producers.size === visits.length;
  return fitOf(plan.components[station], { arrivals, law, kinds, ranked, once });
}

/** The laws that differ. */
function kindsOf(visits: readonly Visit[]): Law[] {
  const kinds: Law[] = [];
  for (const { law } of visits) {
    if (!kinds.some((kind) => kind === law || same(kind, law))) kinds.push(law);
  }
  return kinds;
}

/** Why a producer sends no Poisson stream of one rate; null where it does. */
function notPoisson(producer: ProducerPlan, plan: Plan): string | null {
  const { arrivals, name } = producer;
  if (arrivals.kind !== 'poisson') return refusal.arrivals(name, arrivals.kind);
  if (rateOf(arrivals, plan.durationNs) === null) return refusal.rate(name);
  return strangeProducer(producer);
}

/** Requests a second where that is one figure all along; null where it is not. */
function rateOf(arrivals: ArrivalsPlan, durationNs: number): number | null {
  if (arrivals.kind !== 'poisson' || !Array.isArray(arrivals.rate)) return null;
  const points = arrivals.rate.filter(({ atNs }) => atNs < durationNs);
  const [first] = points;
  if (first === undefined || (first.rampNs > 0 && first.perSecond > 0)) return null;
  const steady = points.every(({ perSecond }) => perSecond === first.perSecond);
  return steady ? first.perSecond : null;
}

function clientsOf(
  plan: Plan,
  routes: ReadonlyMap<number, Route>,
  stations: ReadonlyMap<number, Fitting>,
): Opened['clients'] {
  return [...routes].flatMap(([producer, { legs, lost }]) => {
    if (lost !== null || notPoisson(plan.producers[producer], plan) !== null) return [];
    const fits = legs.map((leg) => ('station' in leg ? fitAt(stations, leg.station) : null));
    if (legs.length === 0 || fits.includes(undefined)) return [];
    const lossy = fits.some((fit) => fit != null && fit.loss > 0);
    if (lossy && !isOne(legs)) return [];
    return [clientOf(plan, producer, legs, fits as (Fit | null)[])];
  });
}

/** The fit of a station; undefined where it has none. */
function fitAt(stations: ReadonlyMap<number, Fitting>, station: number): Fit | undefined {
  const fitting = stations.get(station);
  return fitting !== undefined && 'fit' in fitting ? fitting.fit : undefined;
}

/** One visit to one station, and nothing else that takes time by chance. */
function isOne(legs: readonly Leg[]): boolean {
  const stations = legs.filter((leg) => 'station' in leg);
  return (
    stations.length === 1 &&
    stations[0].count === 1 &&
    legs.every((leg) => 'station' in leg || leg.delay.shape === 'constant')
  );
}

function clientOf(
  plan: Plan,
  producer: number,
  legs: readonly Leg[],
  fits: readonly (Fit | null)[],
): Opened['clients'][number] {
  const { to, objectiveNs, priority } = plan.producers[producer];
  const figures: Figures = {};
  let latency: number | null = 0;
  legs.forEach((leg, i) => {
    const fit = fits[i];
    const wait = fit === null ? 0 : (fit.waits?.get(priority) ?? fit.wait);
    const seconds = 'station' in leg ? sum(wait, leg.law.mean) : leg.delay.mean;
    latency = sum(latency, seconds === null ? null : leg.count * seconds);
  });
  if (latency !== null) figures['latency.mean'] = latency;
  const fit = fits.find((one) => one !== null) ?? null;
  const at = legs.filter((leg) => 'station' in leg);
  if (isOne(legs) && fit !== null) {
    const still = (latency ?? 0) - (fit.wait ?? 0) - at[0].law.mean;
    const direct = !isOpenRoom(plan, plan.edges[to[0].edge].to);
    if (fit.loss > 0 && direct) figures['rejected_ratio'] = fit.loss;
    if (fit.leaves === 'expired' && direct) figures['expired_ratio'] = fit.loss;
    if (fit.loss > 0) figures['success_ratio'] = 1 - fit.loss;
    if (fit.pool !== null && fit.inOrder) {
      for (const [name, p] of QUANTILES) {
        figures[`latency.${name}`] = still + mmcTimeQuantile(fit.pool, p);
      }
      const left = objectiveNs / 1e9 - still;
      if (left < Infinity) {
        figures['goodput_ratio'] = left <= 0 ? 0 : 1 - mmcStaysLonger(fit.pool, left);
      }
    }
  }
  const form = at.length > 1 ? 'Jackson network' : (fit?.form ?? 'delays');
  return { producer, form, figures };
}

/** Null where a part is not known. */
function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

const QUANTILES: readonly (readonly [string, number])[] = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
];
