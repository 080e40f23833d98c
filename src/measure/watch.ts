import { FIRSTS, OTHERS, RETRIES } from './edge-book.js';
import { Histograms } from './histograms.js';
import { comesLater, type Subjects as Named, seriesUnits, type Unit } from './names.js';
import {
  ANSWERED_THEN,
  FAILED,
  GOOD_THEN,
  HITS,
  MISSES,
  OFFERED,
  type Recorder,
} from './recorder.js';
import { REFUSED } from './service-book.js';
import { StepHistograms } from './step-histograms.js';

/** A figure at the end of a second; NaN where it had no sample. */
type Reading = (spanNs: number) => number;

const OF_COMPONENTS = [
  ...['queue.depth', 'queue.age', 'wait.p50', 'wait.p99', 'utilization', 'in_flight'],
  ...['rejected', 'blocked', 'memory', 'cache.hit_ratio'],
];
const OF_EDGES = ['attempts', 'retries'];
const OF_QUEUES = ['depth', 'lag'];

/** The figures that can be watched while a run goes, by name, and what each is measured in. */
export function watchedUnits(subjects: Named): Record<string, Unit> {
  const known = Object.entries(seriesUnits(subjects)).filter(([name]) => {
    const [, , part] = partsOf(name);
    return part === undefined || [...OF_COMPONENTS, ...OF_EDGES, ...OF_QUEUES].includes(part);
  });
  return Object.fromEntries(known);
}

/** Tells which figures the language has, but this version does not. */
export function laterFigure(subjects: Named): (name: string) => boolean {
  return (name) => comesLater(name, subjects);
}

/** "services.shop.queue.depth" as family, name and figure; a figure of the whole run as itself. */
function partsOf(name: string): [string, string?, string?] {
  const form = /^(services|dependencies|calls|queues)\.(.+?)\.([a-z_]+(?:\.[a-z0-9_]+)?)$/;
  const [, family, of, part] = form.exec(name) ?? [];
  return family === undefined ? [name] : [family, of, part];
}

/**
 * A few figures of the last whole second, under the names of the series, for what begins when one
 * of them reaches a value. It reads the books by itself, so the series' own step changes nothing.
 */
export class Watch {
  private readonly readings: Reading[];
  private readonly latency: StepHistograms;
  private readonly waits: StepHistograms;
  private readonly latencyQuantiles = { p50: NaN, p90: NaN, p99: NaN };
  private readonly waitQuantiles: { p50: Float64Array; p99: Float64Array };
  private lastNs = 0;

  constructor(
    private readonly recorder: Recorder,
    names: readonly string[],
    private readonly oldestNs: (component: number) => number,
    private readonly clock: Float64Array,
  ) {
    const { subjects } = recorder;
    const components = subjects.components.length;
    this.latency = new StepHistograms(1, 1, new Histograms(1));
    this.waits = new StepHistograms(components, 1, new Histograms(components));
    this.waitQuantiles = {
      p50: new Float64Array(components),
      p99: new Float64Array(components),
    };
    if (names.some((name) => name.startsWith('latency.'))) recorder.watchedLatency = this.latency;
    if (names.some((name) => name.includes('.wait.'))) {
      recorder.services.watchedWaits = this.waits;
    }
    this.readings = names.map((name) => this.readingOf(name));
  }

  /** The figures of the second that ends now, in the order of their names. */
  endSecond(): number[] {
    const span = this.clock[0] - this.lastNs;
    this.lastNs = this.clock[0];
    this.latencyQuantiles.p50 = NaN;
    this.latencyQuantiles.p90 = NaN;
    this.latencyQuantiles.p99 = NaN;
    this.latency.flush((_, p50, p99, p90) => {
      this.latencyQuantiles.p50 = p50 / 1e9;
      this.latencyQuantiles.p90 = p90 / 1e9;
      this.latencyQuantiles.p99 = p99 / 1e9;
    });
    this.waitQuantiles.p50.fill(NaN);
    this.waitQuantiles.p99.fill(NaN);
    this.waits.flush((component, p50, p99) => {
      this.waitQuantiles.p50[component] = p50 / 1e9;
      this.waitQuantiles.p99[component] = p99 / 1e9;
    });
    return this.readings.map((reading) => reading(span));
  }

  private readingOf(name: string): Reading {
    const [family, of = '', part = ''] = partsOf(name);
    const { subjects } = this.recorder;
    if (family === 'calls') return this.ofEdge(subjects.edges.indexOf(of), part);
    if (family === 'services' || family === 'dependencies') {
      return this.ofComponent(
        subjects.components.findIndex((component) => component.name === of),
        part,
      );
    }
    if (family === 'queues') return this.ofQueue(subjects.queues.indexOf(of), part);
    return this.ofAll(name);
  }

  private ofAll(name: string): Reading {
    const { recorder } = this;
    const { edges, producers, outcomes } = recorder.subjects;
    const requests = (column: number) =>
      rate(() => producers.reduce((sum, _, p) => sum + recorder.requests.total(p, column), 0));
    if (name === 'offered') return requests(OFFERED);
    if (name === 'throughput') return requests(ANSWERED_THEN);
    if (name === 'goodput') return requests(GOOD_THEN);
    if (name === 'attempts') {
      return rate(() => edges.reduce((sum, _, e) => sum + this.attemptsOf(e), 0));
    }
    if (name === 'latency.p50') return () => this.latencyQuantiles.p50;
    if (name === 'latency.p90') return () => this.latencyQuantiles.p90;
    if (name === 'latency.p99') return () => this.latencyQuantiles.p99;
    const outcome = outcomes.indexOf(name.replace('errors.', ''));
    if (outcome < 0) throw new Error(`${name} cannot be watched`);
    return requests(FAILED + outcome);
  }

  private ofComponent(c: number, part: string): Reading {
    const { services, away, blocked, memory, subjects, workers } = this.recorder;
    const waiting = () => services.waitingArea(c);
    const busy = () => services.busyArea(c);
    const { workers: each, replicas } = subjects.components[c];
    switch (part) {
      case 'queue.depth':
        return mean(waiting);
      case 'in_flight':
        return mean(() => waiting() + busy() + away.areaNow(c));
      case 'blocked':
        return mean(() => blocked.areaNow(c));
      case 'utilization': {
        const share = mean(busy);
        const there = mean(() => workers.now(c));
        return (span) => {
          const most = there(span);
          return share(span) / (workers.varies[c] === 1 ? most : each * replicas);
        };
      }
      case 'rejected':
        return rate(() => services.total(c, REFUSED));
      case 'cache.hit_ratio': {
        const { caches } = this.recorder;
        const hits = change(() => caches.total(c, HITS));
        const misses = change(() => caches.total(c, MISSES));
        return () => {
          const found = hits();
          return found / (found + misses());
        };
      }
      case 'memory':
        return () => (memory?.counts(c) ? memory.worst(c) : NaN);
      case 'queue.age':
        return () => this.oldestNs(c) / 1e9;
      case 'wait.p50':
        return () => this.waitQuantiles.p50[c];
      case 'wait.p99':
        return () => this.waitQuantiles.p99[c];
      default:
        throw new Error(`${part} of a component cannot be watched`);
    }
  }

  private ofEdge(e: number, part: string): Reading {
    if (part === 'attempts') return rate(() => this.attemptsOf(e));
    if (part === 'retries') return rate(() => this.recorder.edges.total(e, RETRIES));
    throw new Error(`${part} of an edge cannot be watched`);
  }

  private ofQueue(q: number, part: string): Reading {
    const { held, ready } = this.recorder.queues;
    if (part === 'depth') return mean(() => ready.areaNow(q));
    if (part === 'lag') return mean(() => held.areaNow(q));
    throw new Error(`${part} of a queue cannot be watched`);
  }

  private attemptsOf(e: number): number {
    const { edges } = this.recorder;
    return edges.total(e, FIRSTS) + edges.total(e, OTHERS);
  }
}

/** So much a second of what a counter counts. */
function rate(total: () => number): Reading {
  const since = change(total);
  return (spanNs) => (since() * 1e9) / spanNs;
}

/** The mean of a level whose area is summed up. */
function mean(area: () => number): Reading {
  const since = change(area);
  return (spanNs) => since() / spanNs;
}

function change(sum: () => number): () => number {
  let before = 0;
  return () => {
    const now = sum();
    const since = now - before;
    before = now;
    return since;
  };
}
