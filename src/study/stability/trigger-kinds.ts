import type { Plan } from '../../model/plan.js';
import { triggersOf } from '../shapes/file-trigger.js';
import type { TriggerKind } from './question.js';

/** What may be asked for; `auto`: the file's own, or where it has none an outage, or a surge. */
export type TriggerAsked = 'auto' | 'file' | 'outage' | 'surge';

/** A trigger, or why there is none; `notes` say what was left out. */
export interface TriggerFound {
  kind: TriggerKind | null;
  notes: string[];
}

const SURGE_FACTOR = 3;
const NATURAL_NS = 10e9;
const LONGEST_NS = 20e9;
const SHORTEST_NS = 10e6;
const FACTOR_LEAST = 1.05;
const FACTOR_MOST = 20;
/** Of the file's own, 1 being as written. */
const SCALE_LEAST = 0.02;
const SCALE_MOST = 4;

/**
 * The trigger of a study. Of the file's faults those count that come once, at a given time, for a
 * given time. The component that an outage stops is the bottleneck of theory, or else the one that
 * the first call leads to last.
 */
export function triggerFor(
  plan: Plan,
  asked: TriggerAsked,
  { bottleneck, longestNs }: { bottleneck: string | null; longestNs: number | null },
): TriggerFound {
  if (asked === 'surge') return { kind: surge(longestNs), notes: [] };
  if (asked === 'outage') return outage(plan, bottleneck, longestNs);
  const { faults, longestNs: written, sized, left } = triggersOf(plan);
  if (written > 0) {
    const text = [...new Set(faults.map((fault) => fault.text))].join(', ');
    const notes = left.map((why) => `no part of the trigger: ${why}`);
    return { kind: file(text, written, { sized, longestNs }), notes };
  }
  const notes = left.map((why) => `cannot be made longer or shorter: ${why}`);
  if (asked === 'file') {
    const why = left.length > 0 ? notes : ['the file has no fault to be made longer or shorter'];
    return { kind: null, notes: why };
  }
  // Where workers are no bound, standing still is not how it is overloaded.
  const bound = plan.components.find(({ name }) => name === bottleneck);
  if (bound !== undefined && bound.workers < Infinity) {
    const found = outage(plan, bottleneck, longestNs);
    return { kind: found.kind, notes: [...notes, ...found.notes] };
  }
  return { kind: surge(longestNs), notes };
}

function surge(longestNs: number | null): TriggerKind {
  return {
    kind: 'surge',
    text: `every producer × ${SURGE_FACTOR}`,
    sizeOf: 'factor',
    natural: { forNs: NATURAL_NS, size: SURGE_FACTOR },
    greatest: { forNs: longestNs ?? LONGEST_NS, size: FACTOR_MOST },
    least: { forNs: SHORTEST_NS, size: FACTOR_LEAST },
    of: (forNs, size) => ({ kind: 'surge', forNs, size }),
  };
}

function outage(plan: Plan, bottleneck: string | null, longestNs: number | null): TriggerFound {
  const component = bottleneck ?? plan.components.find(({ workers }) => workers < Infinity)?.name;
  if (component === undefined) {
    return { kind: null, notes: ['no component has a bound that an outage could be of'] };
  }
  const notes =
    bottleneck === null ? [`theory names no bottleneck; the outage is of ${component}`] : [];
  const kind: TriggerKind = {
    kind: 'outage',
    text: `pause ${component}`,
    sizeOf: null,
    natural: { forNs: Math.min(NATURAL_NS, longestNs ?? LONGEST_NS), size: 1 },
    greatest: { forNs: longestNs ?? LONGEST_NS, size: 1 },
    least: { forNs: SHORTEST_NS, size: 1 },
    of: (forNs) => ({ kind: 'outage', component, forNs }),
  };
  return { kind, notes };
}

function file(
  text: string,
  forNs: number,
  { sized, longestNs }: { sized: boolean; longestNs: number | null },
): TriggerKind {
  return {
    kind: 'file',
    text,
    sizeOf: sized ? 'times as written' : null,
    natural: { forNs, size: 1 },
    greatest: { forNs: longestNs ?? Math.max(LONGEST_NS, 2 * forNs), size: sized ? SCALE_MOST : 1 },
    least: { forNs: SHORTEST_NS, size: SCALE_LEAST },
    of: (lengthNs, size) => ({ kind: 'file', forNs: lengthNs, size }),
  };
}
