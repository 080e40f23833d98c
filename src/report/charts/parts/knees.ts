import type { HockeyPoint, HockeyStick, Knee } from '../../../study/result.js';
import type { NamedPolicy } from '../../input.js';
import { own } from '../../input.js';
import type { Spec } from '../chart.js';
import { policyColours } from './policy-colour.js';

/** Which bend of a policy's curves is marked in a panel, and what the mark means there. */
export type Bend = 'p99x5' | 'goodput99';

export const BEND_TEXT: Record<Bend, string> = {
  p99x5: '◇ 5 times that at 10%',
  goodput99: '◇ under 99% good',
};

interface Mark {
  /** The policy's place. */
  p: number;
  t: number;
  v: number;
  text: string;
  dy: number;
}

/** Marks nearer than this, as a share of the axis, get their texts one above the other. */
const NEAR = 0.07;
const LINE_HEIGHT = 11;

/** A small labelled mark on each policy's line where it bends; no layers where none does. */
export function kneeLayers(
  stick: HockeyStick | null,
  points: readonly HockeyPoint[],
  {
    policies,
    bend,
    axes,
    end,
  }: {
    policies: readonly NamedPolicy[];
    bend: Bend;
    axes: Spec;
    end: number;
  },
): Spec[] {
  const marks = policies.flatMap(({ index, name }) => {
    const knee = own(stick?.knees ?? {}, name)?.[bend] ?? null;
    const line = points.filter(({ policy }) => policy === name);
    const v = knee === null ? null : heightAt(knee, line, bend);
    return knee === null || v === null ? [] : [{ p: index, t: knee.load, v }];
  });
  if (marks.length === 0) return [];
  const values = labelled(marks, end);
  const point: Spec = {
    data: { values },
    mark: {
      type: 'point',
      shape: 'diamond',
      filled: false,
      fill: { expr: 'paper' },
      size: 110,
      strokeWidth: 1.8,
      strokeDash: [],
      opacity: 1,
    },
    encoding: { ...axes, ...policyColours(policies, false) },
  };
  const text: Spec = {
    data: { values: values.filter((mark) => mark.text !== '') },
    mark: {
      type: 'text',
      align: 'right',
      baseline: 'bottom',
      dx: -8,
      dy: { expr: 'datum.dy' },
      fontSize: 10,
      color: { expr: 'ink' },
    },
    encoding: { ...axes, text: { field: 'text', type: 'nominal' } },
  };
  return [point, text];
}

/** Where on its line a knee lies; null where too little is known of it. */
function heightAt(knee: Knee, line: readonly HockeyPoint[], bend: Bend): number | null {
  const [low, high] = knee.between.map((load) => line.find((point) => point.load === load));
  if (high === undefined) return null;
  if (bend === 'p99x5') {
    const base = line[0]?.latencyP99 ?? null;
    // Where the line ends because nobody is answered any more, the mark stands at its end.
    const ends = high.latencyP99 === null ? (low?.latencyP99 ?? null) : null;
    return base === null || base <= 0 ? null : (ends ?? 5 * base);
  }
  if (low === undefined) return high.goodput;
  const share = (knee.load - low.load) / (high.load - low.load);
  return low.goodput + share * (high.goodput - low.goodput);
}

/** Marks at the same percent share one text; near ones have theirs one above the other. */
function labelled(marks: readonly Omit<Mark, 'text' | 'dy'>[], end: number): Mark[] {
  let above = 0;
  let last = Number.NEGATIVE_INFINITY;
  let said = '';
  const sorted = [...marks].sort((a, b) => a.t - b.t);
  return sorted.map((mark) => {
    const text = `${Math.round(mark.t * 100)}%`;
    if (text === said) return { ...mark, text: '', dy: 0 };
    above = mark.t - last < NEAR * end ? above + 1 : 0;
    last = mark.t;
    said = text;
    return { ...mark, text, dy: -5 - LINE_HEIGHT * above };
  });
}
