import type { ComponentPlan } from '../../../model/plan.js';
import { erlangB } from '../forms/erlang-b.js';
import { mg1Wait } from '../forms/mg1.js';
import { lifoWaitQuantile } from '../forms/mm1-lifo.js';
import { erlangC, mmcTimeQuantile, mmcWait, mmcWaitQuantile } from '../forms/mmc.js';
import { mmck } from '../forms/mmck.js';
import { sharedTime } from '../forms/shared-server.js';
import { byImportance } from './classes.js';
import type { Figures, Fit, Fitting, Stream } from './fits.js';
import { same } from './law.js';
import { impatient } from './patience.js';
import { refusal } from './say.js';
import { strangeComponent } from './settings.js';

/** The form of a component that a Poisson stream comes to. Replicas chosen at random are alike. */
export function fitOf(component: ComponentPlan, stream: Stream): Fitting {
  const { replicas, balance, workers, queue, contention } = component;
  const strange = strangeComponent(component);
  if (strange !== null) return { reason: strange };
  if (contention !== null) return { reason: refusal.contention() };
  if (workers === Infinity) return { fit: withoutBound(stream) };
  if (replicas > 1 && balance !== 'random') return { reason: refusal.replicas(balance) };
  if (queue.capacity !== Infinity && queue.whenFull !== 'reject') {
    return { reason: refusal.blocks() };
  }
  const each = {
    ...stream,
    arrivals: stream.arrivals / replicas,
    ranked: stream.ranked.map((one) => ({ ...one, arrivals: one.arrivals / replicas })),
  };
  const fitting = oneReplica(component, each);
  if ('reason' in fitting || replicas === 1) return fitting;
  // Numbers present add up over replicas; shares and times are those of one.
  const { figures } = fitting.fit;
  const sums = ['queue.depth.mean', 'in_flight.mean'];
  for (const name of sums) if (figures[name] !== undefined) figures[name] *= replicas;
  return { fit: { ...fitting.fit, form: `${replicas} × ${fitting.fit.form}` } };
}

/** Orders of service that do not look at the work and interrupt none. */
const ORDERS: ReadonlySet<string> = new Set(['fifo', 'lifo', 'random']);

function oneReplica(component: ComponentPlan, stream: Stream): Fitting {
  const { workers: servers, queue } = component;
  const { law, kinds, arrivals } = stream;
  const exponential = law.shape === 'exponential' && kinds.every((kind) => same(kind, law));
  const load = (arrivals * law.mean) / servers;
  const other = otherOrder(component, stream, exponential);
  if (other !== null) return other;
  if (queue.capacity === 0) return { fit: withoutLine(servers, stream, exponential) };
  if (queue.capacity !== Infinity) {
    return exponential
      ? { fit: withRoom(servers, queue.capacity, stream) }
      : { reason: refusal.bounded(nameOf(stream)) };
  }
  if (!exponential && servers > 1) {
    const mixed = kinds.every(({ shape }) => shape === 'exponential');
    return { reason: mixed ? refusal.mixed() : refusal.manyServers(nameOf(stream)) };
  }
  if (load >= 1) return { reason: refusal.overload(`${Math.round(load * 100)}%`) };
  if (exponential) return { fit: pooled(servers, queue.discipline, stream) };
  if (law.square === Infinity) return { reason: refusal.infinite() };
  return { fit: anyWork(stream) };
}

/** Lines that are not simply served one after another, by whatever order that does not matter. */
function otherOrder(
  { workers: servers, queue }: ComponentPlan,
  stream: Stream,
  exponential: boolean,
): Fitting | null {
  const { capacity, discipline, maxAge } = queue;
  if (maxAge !== null) {
    const plain = discipline === 'fifo' && capacity === Infinity && exponential;
    return plain ? impatient(servers, maxAge, stream) : { reason: refusal.impatient() };
  }
  if (ORDERS.has(discipline)) return null;
  if (capacity !== Infinity) return { reason: refusal.discipline(discipline) };
  if (discipline === 'ps') return shared(servers, stream);
  if (servers > 1) return { reason: refusal.discipline(discipline) };
  return byImportance(stream.ranked, discipline === 'preemptive');
}

/**
 * M/G/c with the servers shared by all (processor sharing): as many are present as in an M/M/c,
 * whatever the law of the work (F. P. Kelly, "Reversibility and Stochastic Networks", 1979, 3.3).
 */
function shared(servers: number, { arrivals, law }: Stream): Fitting {
  const load = arrivals * law.mean;
  if (load >= servers)
    return { reason: refusal.overload(`${Math.round((load / servers) * 100)}%`) };
  const wait =
    servers === 1
      ? sharedTime(arrivals, law.mean) - law.mean
      : mmcWait({ servers, arrivals, meanWork: law.mean });
  const figures: Figures = {
    utilization: load / servers,
    'sojourn.mean': wait + law.mean,
    'queue.depth.mean': arrivals * wait,
    'in_flight.mean': arrivals * wait + load,
  };
  const form = `M/G/${servers === 1 ? '1' : 'c'}-PS`;
  return { fit: { form, figures, pool: null, inOrder: false, wait, loss: 0, passesOn: true } };
}

function nameOf({ law, kinds }: Stream): string {
  return kinds.length > 1 ? 'a mixture' : law.name;
}

/** M/M/1 and M/M/c. */
function pooled(servers: number, discipline: string, { arrivals, law, once }: Stream): Fit {
  const pool = { servers, arrivals, meanWork: law.mean };
  const load = arrivals * law.mean;
  const wait = mmcWait(pool);
  const figures: Figures = {
    utilization: load / servers,
    'wait.mean': wait,
    'sojourn.mean': wait + law.mean,
    'queue.depth.mean': arrivals * wait,
    'in_flight.mean': arrivals * wait + load,
  };
  const inOrder = discipline === 'fifo';
  if (inOrder) {
    figures['wait.p50'] = mmcWaitQuantile(pool, 0.5);
    figures['wait.p99'] = mmcWaitQuantile(pool, 0.99);
    figures['sojourn.p99'] = mmcTimeQuantile(pool, 0.99);
  } else if (discipline === 'lifo' && once) {
    const all = { arrivals, service: servers / law.mean };
    const chance = erlangC(servers, load);
    figures['wait.p50'] = lifoWaitQuantile(all, 0.5, chance);
    figures['wait.p99'] = lifoWaitQuantile(all, 0.99, chance);
  }
  const form = `M/M/${servers === 1 ? '1' : 'c'}${inOrder ? '' : `, ${discipline}`}`;
  return { form, figures, pool, inOrder, wait, loss: 0 };
}

/** M/G/1 in an order that interrupts none; M/D/1 where the work never varies. */
function anyWork({ arrivals, law }: Stream): Fit {
  const wait = mg1Wait({ arrivals, meanWork: law.mean, secondMoment: law.square });
  const load = arrivals * law.mean;
  const figures = {
    utilization: load,
    'wait.mean': wait,
    'sojourn.mean': wait + law.mean,
    'queue.depth.mean': arrivals * wait,
    'in_flight.mean': arrivals * wait + load,
  };
  const form = law.shape === 'constant' ? 'M/D/1' : 'M/G/1';
  return { form, figures, pool: null, inOrder: false, wait, loss: 0 };
}

/** Erlang's B: M/G/c/c. */
function withoutLine(servers: number, { arrivals, law }: Stream, exponential: boolean): Fit {
  const load = arrivals * law.mean;
  const loss = erlangB(servers, load);
  const busy = load * (1 - loss);
  const figures = {
    utilization: busy / servers,
    'in_flight.mean': busy,
    'sojourn.mean': law.mean,
  };
  const form = exponential ? 'M/M/c/c' : 'M/G/c/c';
  return { form, figures, pool: null, inOrder: false, wait: 0, loss };
}

/** M/M/1/K and M/M/c/K. */
function withRoom(servers: number, capacity: number, { arrivals, law }: Stream): Fit {
  const room = servers + capacity;
  const { loss, wait, time, present, waiting, busy } = mmck({
    servers,
    room,
    arrivals,
    meanWork: law.mean,
  });
  const figures = {
    utilization: busy / servers,
    'wait.mean': wait,
    'sojourn.mean': time,
    'queue.depth.mean': waiting,
    'in_flight.mean': present,
  };
  const form = `M/M/${servers === 1 ? '1' : 'c'}/K`;
  return { form, figures, pool: null, inOrder: false, wait, loss };
}

/** M/G/∞: nobody waits. */
function withoutBound({ arrivals, law }: Stream): Fit {
  const figures = { 'in_flight.mean': arrivals * law.mean, 'sojourn.mean': law.mean };
  return { form: 'M/G/∞', figures, pool: null, inOrder: false, wait: 0, loss: 0 };
}
