import type { Verdict } from '../../study/result.js';
import { own, policiesOf, type ReportInput } from '../input.js';
import { type Film, frameAt, type Scale } from './film.js';
import { filmOf } from './filming.js';
import { type Graph, graphOf } from './graph.js';
import { badness } from './trouble.js';

/** All that the picture and its player are made from. */
export interface Scene {
  graph: Graph;
  /** By the policies' places; null of one that cannot be played. */
  films: (Film | null)[];
  scale: Scale;
  /** The moment that stands there without a script. */
  worst: { policy: number; moment: number };
}

/** The share of a run that is left out in the search for its worst moment. */
const BEGINNING = 0.05;
const MOMENTS_MAX = 300;
const MOMENTS_MIN = 60;
/** Letters of all films together, so that many policies over many parts still make a small page. */
const LETTERS_MAX = 120_000;
const LETTERS_A_PART = 6;
const LETTERS_A_LINK = 4;

/** Null where no policy says what calls what. */
export function sceneOf(input: ReportInput): Scene | null {
  const policies = policiesOf(input.result).map(({ name }) => own(input.result.policies, name));
  const topologies = policies.flatMap((policy) => policy?.topology ?? []);
  if (topologies.length === 0) return null;
  const graph = graphOf(topologies);
  const { parts, links } = graph;
  const letters = parts.length * LETTERS_A_PART + links.length * LETTERS_A_LINK;
  const fitting = Math.floor(LETTERS_MAX / (letters * policies.length));
  const moments = Math.max(MOMENTS_MIN, Math.min(MOMENTS_MAX, fitting));
  const films = policies.map((policy) => (policy ? filmOf(graph, policy, moments) : null));
  const policy = worstPolicy(input, films);
  const film = films[policy];
  if (!film) return null;
  return {
    graph,
    films,
    scale: scaleOf(films),
    worst: { policy, moment: worstMoment(graph, film) },
  };
}

/** From the worst fate to none at all; within a fate the least share of good answers is the worst. */
const FATES: readonly Verdict['is'][] = [
  'deadlocked',
  'crash_loop',
  'metastable',
  'down',
  'overloaded',
  'recovering',
  'recovered',
  null,
  'unharmed',
];

/** The policy that fared worst; the first of equals. */
function worstPolicy({ result }: ReportInput, films: readonly (Film | null)[]): number {
  let worst = films.findIndex((film) => film !== null);
  let most = [Infinity, Infinity];
  policiesOf(result).forEach(({ name, index }) => {
    if (!films[index]) return;
    const policy = own(result.policies, name);
    if (policy === undefined) return;
    const { metrics, verdict } = policy;
    const kept = metrics['goodput_ratio'] ?? metrics['goodput'] ?? Number.MAX_VALUE;
    const fate = [FATES.indexOf(verdict.is), kept];
    const place = fate.findIndex((value, at) => value !== most[at]);
    if (place < 0 || (fate[place] as number) > (most[place] as number)) return;
    most = fate;
    worst = index;
  });
  return worst;
}

/** When most was in trouble; of such moments when most failed, was tried again, waited. */
function worstMoment(graph: Graph, film: Film): number {
  // A system that has only just begun has answered nothing yet.
  const first = Math.ceil(film.length * BEGINNING);
  let worst = Math.min(first, film.length - 1);
  let most = [-1, -1, -1, -1];
  for (let moment = first; moment < film.length; moment++) {
    const bad = badness(graph, frameAt(film, moment));
    const place = bad.findIndex((value, index) => value !== most[index]);
    if (place < 0 || (bad[place] as number) < (most[place] as number)) continue;
    most = bad;
    worst = moment;
  }
  return worst;
}

function scaleOf(films: readonly (Film | null)[]): Scale {
  const scale: Scale = { rate: 1, workers: 1, depth: 10 };
  for (const film of films) {
    for (let moment = 0; film && moment < film.length; moment++) {
      const { links, parts } = frameAt(film, moment);
      for (const link of links) scale.rate = Math.max(scale.rate, link?.attempts ?? 0);
      for (const part of parts) {
        scale.workers = Math.max(scale.workers, part?.workers ?? 0);
        scale.depth = Math.max(scale.depth, part?.depth ?? 0, part?.bound ?? 0);
      }
    }
  }
  return scale;
}
