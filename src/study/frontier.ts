import type { SweepResult } from './sweep-result.js';

/** Where along the second axis half of the replications recover, at one value of the first. */
export interface FrontierPoint {
  /** The value of the first axis. */
  at: number | string;
  /** Between two values of the second axis, on the line from one share to the other. */
  half: number;
  /** The unit that the second axis is written in; empty for bare numbers. */
  unit: string;
}

const FIGURE = /^(\d+(?:\.\d+)?)(.*)$/;

/**
 * The frontier of a map of `recovered`: for each value of the first axis, where the share passes one
 * half along the second one. Left out where it passes it never, more than once, or beside a cell
 * without a value. Empty where the second axis is not of figures in one unit, in rising order.
 */
export function frontierOf(result: SweepResult, policy: string): FrontierPoint[] {
  const [first, second] = result.axes;
  const steps = result.axes.length === 2 ? figuresOf(second!.values) : null;
  if (steps === null) return [];
  const places = new Map(second!.values.map((value, place) => [value, place]));
  const shares = new Map(
    first!.values.map((value) => [
      value,
      new Array<number | null>(steps.figures.length).fill(null),
    ]),
  );
  for (const { where, policies } of result.cells) {
    const share =
      (Object.hasOwn(policies, policy) ? policies[policy] : undefined)?.metrics['recovered'] ??
      null;
    shares.get(where[first!.path]!)![places.get(where[second!.path]!)!] = share;
  }
  return [...shares].flatMap(([at, row]) => {
    const half = crossing(steps.figures, row);
    return half === null ? [] : [{ at, half, unit: steps.unit }];
  });
}

/** Rising figures of one unit; null where the values are none. */
function figuresOf(
  values: readonly (number | string)[],
): { figures: number[]; unit: string } | null {
  const read = values.map((value) => FIGURE.exec(String(value)));
  const unit = read[0]?.[2] ?? '';
  if (read.some((one) => one === null || one[2] !== unit)) return null;
  const figures = read.map((one) => Number(one![1]));
  const rises = figures.every((figure, i) => i === 0 || figure > figures[i - 1]!);
  return rises ? { figures, unit } : null;
}

function crossing(figures: readonly number[], shares: readonly (number | null)[]): number | null {
  const found: number[] = [];
  for (let i = 1; i < figures.length; i++) {
    const [before, after] = [shares[i - 1]!, shares[i]!];
    if (before === null || after === null) return null;
    if (before >= 0.5 === after >= 0.5) continue;
    const part = (before - 0.5) / (before - after);
    found.push(figures[i - 1]! + part * (figures[i]! - figures[i - 1]!));
  }
  return found.length === 1 ? found[0]! : null;
}
