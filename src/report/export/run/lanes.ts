import type { SampledRequest, StorySpan } from '../../../study/result.js';

/** A stretch of time; `lane` says where it is drawn. */
export interface Stretch {
  fromNs: number;
  toNs: number;
  lane: number;
}

/** Nanoseconds, whole again. */
export function nanoseconds(seconds: number): number {
  return Math.round(seconds * 1e9);
}

/**
 * Puts stretches on as few lanes as it takes, since viewers of traces draw what stands on one lane as
 * one inside the other: a stretch comes behind what is there, or inside what `holds` it.
 */
export function onLanes<T extends Stretch>(
  all: readonly T[],
  holds: (outer: T, inner: T) => boolean,
): T[] {
  const lanes: T[][] = [];
  // Whoever lies around another comes first.
  const sorted = all.toSorted((a, b) => a.fromNs - b.fromNs || b.toNs - a.toNs);
  return sorted.map((one) => {
    const found = lanes.findIndex((open) => {
      while (open.length > 0 && open.at(-1)!.toNs <= one.fromNs) open.pop();
      const around = open.at(-1);
      return around === undefined || (one.toNs <= around.toNs && holds(around, one));
    });
    const lane = found < 0 ? lanes.push([]) - 1 : found;
    const placed = { ...one, lane };
    lanes[lane]!.push(placed);
    return placed;
  });
}

/** A span of a request. */
export interface SpanStretch extends Stretch {
  span: StorySpan;
}

/**
 * The spans of requests, each inside what it is part of. A request keeps its lanes for as long as
 * anything is done for it. What had not ended when the run did is drawn for as long as somebody waited
 * for it: what nobody waits for any more would else fill the picture.
 */
export function requestLanes(
  requests: readonly SampledRequest[],
  endSeconds: number,
): SpanStretch[][] {
  /** Until when each lane is taken. */
  const takenNs: number[] = [];
  return requests.map(({ spans }) => {
    const stretches = spans.map((span): SpanStretch => {
      const fromNs = nanoseconds(span.from);
      const toNs = Math.max(fromNs, nanoseconds(endOf(span, spans) ?? endSeconds));
      return { span, fromNs, toNs, lane: 0 };
    });
    const placed = onLanes(stretches, (outer, inner) => isPartOf(inner.span, outer.span, spans));
    if (placed.length === 0) return [];
    const count = Math.max(...placed.map(({ lane }) => lane)) + 1;
    const fromNs = Math.min(...placed.map((one) => one.fromNs));
    const toNs = Math.max(...placed.map((one) => one.toNs));
    const first = firstFree(takenNs, count, fromNs);
    for (let lane = first; lane < first + count; lane++) takenNs[lane] = toNs;
    return placed.map((one) => ({ ...one, lane: one.lane + first }));
  });
}

/** When a span ended, else what it is part of; null where nothing of it had. */
function endOf(span: StorySpan, all: readonly StorySpan[]): number | null {
  for (let one: StorySpan | undefined = span; one !== undefined; one = all[one.parent ?? -1]) {
    if (one.to !== null) return one.to;
  }
  return null;
}

/** Spans are numbered as they stand in the list. */
function isPartOf(span: StorySpan, outer: StorySpan, all: readonly StorySpan[]): boolean {
  for (let { parent } = span; parent !== null; parent = all[parent]?.parent ?? null) {
    if (parent === outer.id) return true;
  }
  return false;
}

function firstFree(takenNs: readonly number[], count: number, fromNs: number): number {
  for (let first = 0; ; first++) {
    const wanted = Array.from({ length: count }, (_, lane) => takenNs[first + lane] ?? -1);
    if (wanted.every((ns) => ns <= fromNs)) return first;
  }
}
