import type { PolicyResult, Topology, TopologyNode } from '../../study/result.js';
import { seriesOf } from '../series/panel.js';
import { toldOf } from '../told.js';
import type { Film, FilmEvent, FilmFault, LinkFilm, PartFilm } from './film.js';
import type { Graph, Link, Part } from './graph.js';
import { type Column, numbersToText, sharesToText } from './letters.js';

type Series = PolicyResult['series'];
/** How the steps of a moment become one value. */
type Join = 'mean' | 'most' | 'least';

/** A policy's series as moments, at most so many; null where it has none, or no topology. */
export function filmOf(graph: Graph, policy: PolicyResult, momentsMax: number): Film | null {
  const { series, topology } = policy;
  const offered = seriesOf(series, 'offered') ?? [];
  if (topology === undefined || offered.length === 0) return null;
  const size = Math.ceil(offered.length / momentsMax);
  const reel = new Reel(series, size, Math.ceil(offered.length / size));
  const nodes = new Map(topology.nodes.map((node) => [node.name, node]));
  return {
    length: reel.length,
    seconds: series.step * size,
    offered: reel.numbers('offered', 'mean') ?? '',
    good: reel.numbers('goodput', 'mean') ?? '',
    parts: graph.parts.map((part) => partFilm(reel, part, nodes.get(part.name))),
    links: graph.links.map((link) => linkFilm(reel, link, topology)),
    faults: faultsOf(graph, policy),
    told: eventsOf(graph, policy),
  };
}

/** Series cut into moments of several steps each. */
class Reel {
  constructor(
    private readonly series: Series,
    private readonly size: number,
    readonly length: number,
  ) {}

  has(name: string): boolean {
    return seriesOf(this.series, name) !== undefined;
  }

  numbers(name: string, join: Join): string | undefined {
    const column = this.column(name, join);
    return column && numbersToText(column);
  }

  shares(name: string, join: Join, whole = 1): string | undefined {
    const column = this.column(name, join);
    return column && sharesToText(column.map((value) => (value === null ? null : value / whole)));
  }

  column(name: string, join: Join): Column | undefined {
    const values = seriesOf(this.series, name);
    if (values === undefined) return undefined;
    return Array.from({ length: this.length }, (_, moment) => {
      const steps = values.slice(moment * this.size, (moment + 1) * this.size);
      return joined(
        steps.filter((value) => value !== null),
        join,
      );
    });
  }
}

function joined(values: readonly number[], join: Join): number | null {
  if (values.length === 0) return null;
  if (join === 'most') return Math.max(...values);
  if (join === 'least') return Math.min(...values);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function partFilm(reel: Reel, part: Part, node: TopologyNode | undefined): PartFilm | null {
  if (node === undefined) return null;
  const { workers = null, capacity = null, replicas = 1 } = node;
  const film: PartFilm = { workers, capacity, replicas };
  const put = (key: keyof PartFilm, text: string | undefined): void => {
    if (text !== undefined) Object.assign(film, { [key]: text });
  };
  if (part.kind === 'queue') {
    // What has been taken and not been done with lies there too; a bound counts what is ready.
    const what = capacity === null ? 'lag' : 'depth';
    put('depth', reel.numbers(`queues.${part.name}.${what}`, 'most'));
    return film;
  }
  const prefix = `${part.kind === 'service' ? 'services' : 'dependencies'}.${part.name}.`;
  put('busy', reel.shares(`${prefix}utilization`, 'mean'));
  if (film.busy === undefined) put('flight', reel.numbers(`${prefix}in_flight`, 'mean'));
  put('depth', reel.numbers(`${prefix}queue.depth`, 'most'));
  put('rotation', reel.numbers(`${prefix}in_rotation`, 'least'));
  put('present', reel.numbers(`${prefix}replicas`, 'mean'));
  if (node.memory !== undefined) put('memory', reel.shares(`${prefix}memory`, 'most', node.memory));
  return film;
}

/** All edges of a link together; null where this policy has none of them. */
function linkFilm(reel: Reel, link: Link, { edges }: Topology): LinkFilm | null {
  if (link.kind === 'dead_letter') return null;
  const there = new Set(edges.map(({ name }) => name));
  const names = link.edges.filter((name) => there.has(name));
  if (names.length === 0) return null;
  const sum = (what: string): number[] => {
    const total = new Array<number>(reel.length).fill(0);
    for (const name of names) {
      reel.column(`calls.${name}.${what}`, 'mean')?.forEach((value, moment) => {
        total[moment] = (total[moment] ?? 0) + (value ?? 0);
      });
    }
    return total;
  };
  const attempts = sum('attempts');
  const retries = sum('retries').map((value, moment) => value / (attempts[moment] || 1));
  const film: LinkFilm = { attempts: numbersToText(attempts), retries: sharesToText(retries) };
  const breakers = names.filter((name) => reel.has(`calls.${name}.breaker`));
  if (breakers.length > 0) {
    const columns = breakers.map((name) => reel.column(`calls.${name}.breaker`, 'most') ?? []);
    const worst = Array.from({ length: reel.length }, (_, moment) =>
      Math.max(...columns.map((column) => column[moment] ?? 0)),
    );
    film.breaker = sharesToText(worst);
  }
  return film;
}

function faultsOf({ parts, links }: Graph, { faults }: PolicyResult): FilmFault[] {
  const places = new Map(parts.map(({ name }, place) => [name, place]));
  return faults.map(({ from, to, text, on = [], set }): FilmFault => {
    const struck = new Set(on);
    return {
      from,
      // A fault for good may come without an end, which JSON cannot say.
      to: Number.isFinite(to) ? to : Number.MAX_VALUE,
      text,
      parts: on.flatMap((name) => places.get(name) ?? []),
      links: links.flatMap(({ edges }, place) => (edges.some((e) => struck.has(e)) ? place : [])),
      ...(set === true ? { set } : {}),
    };
  });
}

function eventsOf({ parts }: Graph, policy: PolicyResult): FilmEvent[] {
  const places = new Map(parts.map(({ name }, place) => [name, place]));
  return toldOf(policy).map(({ at, text, component }): FilmEvent => {
    const part = component === undefined ? undefined : places.get(component);
    return part === undefined ? { at, text } : { at, text, part };
  });
}
