import { formatMoment, formatRate } from '../format.js';
import { type Film, type Frame, momentOf } from './film.js';
import type { Graph } from './graph.js';
import { conditionsOf, isOpen } from './trouble.js';

const MOST_NAMED = 5;
/** What is said of a moment at which no part is in trouble. */
export const QUIET = 'nothing overloaded';

/** "At 93.5 s: api overloaded, db overloaded; fault pause db; 0/s of 300/s offered ended good." */
export function frameWords(graph: Graph, frame: Frame): string {
  const troubles = conditionsOf(graph, frame).flatMap((condition, place) => {
    if (condition === null || condition.word === '') return [];
    return `${graph.parts[place]?.name} ${condition.word}`;
  });
  graph.links.forEach(({ edges }, place) => {
    const link = frame.links[place];
    if (link && isOpen(link)) troubles.push(`breaker open on ${edges.join(', ')}`);
  });
  const more = troubles.length - MOST_NAMED;
  const named = troubles.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
  const parts = [named === '' ? QUIET : named];
  if (frame.faults.length > 0) parts.push(faultWords(frame));
  const { good, offered } = frame;
  if (good !== null && offered !== null) {
    parts.push(`${formatRate(good)} of ${formatRate(offered)} offered ended good`);
  }
  return `At ${formatMoment(frame.at)}: ${parts.join('; ')}.`;
}

/** "fault pause db"; "operator set …" */
function faultWords({ faults }: Frame): string {
  const said = faults.map(({ set, text }) => `${set === true ? 'operator:' : 'fault'} ${text}`);
  return [...new Set(said)].join(', ');
}

/** The last thing told by a moment; null before the first. */
export function lastTold(film: Film, to: number): string | null {
  const told = film.told.filter(({ at }) => at < to);
  return told.at(-1)?.text ?? null;
}

/** The moments of all that is told, each once, in order. */
export function toldMoments(film: Film): number[] {
  return [...new Set(film.told.map(({ at }) => momentOf(film, at)))].sort((a, b) => a - b);
}
