import { momentsOf } from '../../../kernel/distributions.js';
import type { Plan } from '../../../model/plan.js';
import { stretch } from '../contention.js';
import { meanValues } from '../forms/mva.js';
import type { Figures } from './fits.js';
import { type Leg, Walk } from './flows.js';
import { type Law, same } from './law.js';
import { refusal } from './say.js';
import { strangeComponent, strangeProducer } from './settings.js';

/** What became of a closed producer: its own figures and its stations', or why it has no form. */
export interface Closed {
  form: string;
  /** Figures of the producer's requests. */
  client: Figures;
  stations: Map<number, Figures>;
}

/** A station of a round, all visits of it together. */
interface Asked {
  station: number;
  /** Visits a round. */
  visits: number;
  law: Law;
}

/**
 * Users who wait for answers, alone with what they ask: mean value analysis where every line has one
 * server and exponential work (any law where nobody can wait), and the law of the station itself
 * where users never pause and ask nothing else, so that always as many are at work.
 */
export function closedForm(plan: Plan, producer: number): Closed | string {
  const { arrivals, to } = plan.producers[producer];
  if (arrivals.kind !== 'closed') return refusal.closedElse();
  const strange = strangeProducer(plan.producers[producer]);
  if (strange !== null) return strange;
  const walk = new Walk(plan, () => null);
  const { legs, lost } = walk.route(producer, to[0]);
  if (walk.tooLarge) return refusal.large();
  if (lost !== null) return lost;
  const held = [...walk.visits.values()].flat().find(({ spoilt }) => spoilt !== null);
  if (held?.spoilt != null) return held.spoilt;
  const { users } = arrivals;
  const think = momentsOf(arrivals.think).meanNs / 1e9;
  const asked = askedIn(legs);
  if (typeof asked === 'string') return asked;
  if (think === 0 && asked.length === 1 && legs.length === 1) {
    const alone = alwaysBusy(plan, asked[0], users);
    if (alone !== null) return alone;
  }
  return byMeanValues(plan, { legs, asked, users, think });
}

/** The stations with their work; a reason where one does two kinds of it. */
function askedIn(legs: readonly Leg[]): Asked[] | string {
  const asked: Asked[] = [];
  for (const leg of legs) {
    if (!('station' in leg)) continue;
    const known = asked.find(({ station }) => station === leg.station);
    if (known === undefined) {
      asked.push({ station: leg.station, visits: leg.count, law: leg.law });
    } else if (same(known.law, leg.law)) known.visits += leg.count;
    else return refusal.mixed();
  }
  return asked;
}

/** One station, users who never pause: always min(users, workers) at work, whatever the law. */
function alwaysBusy(plan: Plan, { station, law }: Asked, users: number): Closed | null {
  const component = plan.components[station];
  const { workers, replicas, contention, queue } = component;
  if (replicas !== 1 || law.mean === 0 || strangeComponent(component) !== null) return null;
  if (queue.maxAge !== null) return null;
  if (users > workers + queue.capacity) return null;
  const busy = Math.min(users, workers);
  const slower = contention === null || contention.kind !== 'usl' ? 1 : stretch(contention, busy);
  if (contention !== null && contention.kind !== 'usl') return null;
  const throughput = busy / (law.mean * slower);
  const figures: Figures = {
    'sojourn.mean': users / throughput,
    'wait.mean': (users - busy) / throughput,
    'in_flight.mean': users,
    'queue.depth.mean': users - busy,
  };
  if (workers < Infinity) figures['utilization'] = busy / workers;
  return {
    form: contention === null ? refusal.closedLabel(busy) : 'Universal Scalability Law',
    client: { throughput, 'latency.mean': users / throughput },
    stations: new Map([[station, figures]]),
  };
}

interface Round {
  legs: readonly Leg[];
  asked: readonly Asked[];
  users: number;
  think: number;
}

function byMeanValues(plan: Plan, { legs, asked, users, think }: Round): Closed | string {
  const lines: Asked[] = [];
  const delays: number[] = [];
  for (const leg of legs) if (!('station' in leg)) delays.push(leg.count * leg.delay.mean);
  for (const one of asked) {
    const reason = reasonAgainst(plan, one, users);
    if (reason !== null) return `${plan.components[one.station].name}: ${reason}`;
    if (plan.components[one.station].workers >= users) delays.push(one.visits * one.law.mean);
    else lines.push(one);
  }
  const demands = lines.map(({ visits, law }) => visits * law.mean);
  const { throughput, response, times, present } = meanValues({ users, think, demands, delays });
  const stations = new Map<number, Figures>();
  lines.forEach(({ station, visits, law }, i) => {
    const sojourn = times[i] / visits;
    const busy = throughput * demands[i];
    stations.set(station, {
      utilization: busy,
      'wait.mean': sojourn - law.mean,
      'sojourn.mean': sojourn,
      'queue.depth.mean': present[i] - busy,
      'in_flight.mean': present[i],
    });
  });
  const client = { throughput, 'latency.mean': response };
  return { form: 'mean value analysis', client, stations };
}

/** Why a station is none of a product form; null where it is. */
function reasonAgainst(plan: Plan, { station, law }: Asked, users: number): string | null {
  const component = plan.components[station];
  const { workers, replicas, balance, contention, queue } = component;
  const strange = strangeComponent(component);
  if (strange !== null) return strange;
  if (contention !== null) return refusal.contention();
  if (replicas > 1) return refusal.replicas(balance);
  if (queue.maxAge !== null) return refusal.impatient();
  if (users > workers + queue.capacity) return refusal.closedFull();
  if (workers >= users) return null;
  if (queue.discipline !== 'fifo') return refusal.discipline(queue.discipline);
  if (workers > 1) return refusal.closedServers();
  return law.shape === 'exponential' ? null : refusal.closedLaw(law.name);
}
