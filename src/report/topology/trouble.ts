import type { Frame, LinkState, PartState } from './film.js';
import type { Graph, Part } from './graph.js';

/** How a part does, from well to not there at all. */
export type Tone = 'calm' | 'busy' | 'hot' | 'down';

export interface Condition {
  tone: Tone;
  /** In one or two words; empty where nothing is to be said. */
  word: string;
}

const NEARLY_ALL = 0.95;
const MANY = 0.8;
/** A queue with no bound is long where this many seconds of what comes lie in it. */
const LONG_SECONDS = 5;
/** So it is before a component whose workers are not all busy: it stands still, or answers slowly. */
const STUCK_SECONDS = 2;

/**
 * How a part does: out of rotation altogether; full or overloaded (what comes is refused, or waits
 * behind workers that are all busy); busy.
 */
export function conditionOf(part: Part, state: PartState, perSecond: number): Condition {
  if (part.kind === 'producer') return { tone: 'calm', word: '' };
  if (part.kind === 'queue') return queueCondition(state, perSecond);
  if (state.rotation !== null && state.rotation < 0.05) return { tone: 'down', word: 'down' };
  const isFull = isNearly(state.depth, state.bound) && (state.bound ?? 0) >= 1;
  if (isFull) return { tone: 'hot', word: 'queue full' };
  if ((state.memory ?? 0) >= NEARLY_ALL) return { tone: 'hot', word: 'memory full' };
  const busy = state.busy ?? 0;
  const depth = state.depth ?? 0;
  if (busy >= NEARLY_ALL && (depth > perSecond || depth > (state.workers ?? Infinity))) {
    return { tone: 'hot', word: 'overloaded' };
  }
  if (depth > Math.max(10, STUCK_SECONDS * perSecond)) return { tone: 'hot', word: 'backlog' };
  if (busy >= NEARLY_ALL) return { tone: 'busy', word: 'all busy' };
  return busy >= MANY ? { tone: 'busy', word: 'busy' } : { tone: 'calm', word: '' };
}

function queueCondition({ depth, bound }: PartState, perSecond: number): Condition {
  if (isNearly(depth, bound)) return { tone: 'hot', word: 'full' };
  if ((depth ?? 0) > Math.max(10, LONG_SECONDS * perSecond))
    return { tone: 'hot', word: 'backlog' };
  return { tone: 'calm', word: '' };
}

function isNearly(value: number | null, bound: number | null): boolean {
  return value !== null && bound !== null && bound > 0 && value >= NEARLY_ALL * bound;
}

export function isOpen({ breaker }: LinkState): boolean {
  return breaker !== null && breaker > 0.5;
}

/** How every part does; null of what is not there. */
export function conditionsOf({ parts, links }: Graph, frame: Frame): (Condition | null)[] {
  const coming = parts.map(() => 0);
  links.forEach(({ to }, place) => {
    coming[to] = (coming[to] ?? 0) + (frame.links[place]?.attempts ?? 0);
  });
  return parts.map((part, place) => {
    const state = frame.parts[place] ?? null;
    return state === null ? null : conditionOf(part, state, coming[place] ?? 0);
  });
}

/** How bad a moment is, to be compared part by part: parts in trouble, failures, retries, waiting. */
export function badness(graph: Graph, frame: Frame): [number, number, number, number] {
  const troubled = conditionsOf(graph, frame).filter((one) => {
    return one?.tone === 'hot' || one?.tone === 'down';
  });
  const open = frame.links.filter((link) => link !== null && isOpen(link));
  const bad = troubled.length + open.length;
  const { good, offered } = frame;
  const kept = offered !== null && offered > 0 ? Math.min(1, (good ?? 0) / offered) : 1;
  // In quarters: by chance alone one second may fare worse than the next.
  const lost = Math.round((1 - kept) * 4);
  const waiting = frame.parts.reduce((sum, part) => sum + (part?.depth ?? 0), 0);
  const retries = frame.links.reduce((sum, link) => sum + (link?.retries ?? 0), 0);
  return [bad, lost, Number(retries.toPrecision(2)), waiting];
}
