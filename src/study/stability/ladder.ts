import type { Plan } from '../../model/plan.js';
import { offeredPerSecond } from '../shapes/steady.js';
import type { LoadUnit } from './result.js';

/** Loads as somebody asked for them: shares of the file's load, or requests/s. */
export interface LoadsAsked {
  per: LoadUnit;
  loads: readonly number[];
}

/** The loads of one policy's study, ascending, and what they are counted in. */
export interface Ladder {
  per: LoadUnit;
  loads: number[];
  /** The load of the file, in the same unit. */
  load: number;
}

const STEPS = 11;

/**
 * Which loads to try. Where everybody arrives on his own they are rates: those asked for, or, of
 * nothing asked, tenths of the capacity of theory up to 110%, or 20% to 220% of the file's load
 * where theory has none. Users are counted in times the file's.
 */
export function ladderFor(
  plan: Plan,
  asked: LoadsAsked | null,
  capacity: number | null,
): Ladder | { refused: string } {
  const trace = plan.producers.find(({ arrivals }) => arrivals.kind === 'trace');
  if (trace !== undefined) {
    return { refused: `${trace.name} follows a trace of moments: it has no other load` };
  }
  const kinds = new Set(plan.producers.map(({ arrivals }) => arrivals.kind));
  const offered = offeredPerSecond(plan);
  if (!(offered > 0) && !kinds.has('closed')) {
    return {
      refused: 'nobody arrives at a rate, and there are no users: it has no load to be turned',
    };
  }
  const open = !kinds.has('closed') && !kinds.has('backlog');
  if (!open) {
    if (asked?.per === 'rate') {
      return {
        refused:
          'its users wait for answers, so the rate is not theirs to choose: ask for shares ' +
          'of the load, as in --loads 20%..200%..20%',
      };
    }
    return { per: 'file', loads: sorted(asked?.loads ?? fifths()), load: 1 };
  }
  if (asked?.per === 'rate') return { per: 'rate', loads: sorted(asked.loads), load: offered };
  const loads = asked?.loads.map((share) => share * offered) ?? usual(offered, capacity);
  return { per: 'rate', loads: sorted(loads), load: offered };
}

function usual(offered: number, capacity: number | null): number[] {
  if (capacity === null) return fifths().map((share) => clean(share * offered));
  const step = clean(capacity / 10);
  return Array.from({ length: STEPS }, (_, index) => clean(step * (index + 1)));
}

function fifths(): number[] {
  return Array.from({ length: STEPS }, (_, index) => (2 * (index + 1)) / 10);
}

/** Three figures: a load that one would say. */
function clean(value: number): number {
  return Number(value.toPrecision(3));
}

function sorted(loads: readonly number[]): number[] {
  return [...new Set(loads)].sort((a, b) => a - b);
}
