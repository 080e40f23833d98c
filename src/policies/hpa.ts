/** How fast it may go: by so many replicas, or so many percent of them, within a time. */
export interface ScaleLimit {
  kind: 'replicas' | 'percent';
  by: number;
  withinNs: number;
}

/** One direction of scaling. */
export interface ScaleDirection {
  /** How long the gentlest recommendation counts (`stabilizationWindowSeconds`). */
  stabilizeNs: number;
  /** Of several the loosest counts; none: as fast as it likes; null: never in this direction. */
  limits: readonly ScaleLimit[] | null;
}

/**
 * Settings of the Horizontal Pod Autoscaler. Defaults as Kubernetes has them
 * (`pkg/apis/autoscaling/v2/defaults.go`, `pkg/controller/podautoscaler/config/v1alpha1/defaults.go`):
 * tolerance 0.1; up at once, by the greater of 100% and 4 within 15 s; down by the greatest
 * recommendation of 300 s, by 100% within 15 s.
 */
export interface HpaSpec {
  /** What each replica should measure: whole percent of it all, or thousandths of an amount. */
  target: number;
  /** Percent of what a replica can do (`Utilization`), or an amount (`AverageValue`). */
  of: 'share' | 'amount';
  min: number;
  max: number;
  tolerance: number;
  up: ScaleDirection;
  down: ScaleDirection;
}

/** What the autoscaler sees of the replicas. */
export interface Seen {
  /** How many there are to be, those that are still to come among them. */
  current: number;
  /** How many have been measured, what they measured in sum, and what is all of one (amounts: 1). */
  ready: number;
  sum: number;
  each: number;
  /** How many have not been ready yet, and how many were but tell nothing now. */
  unready: number;
  missing: number;
}

interface Told {
  atNs: number;
  replicas: number;
}

/**
 * Kubernetes' Horizontal Pod Autoscaler (`pkg/controller/podautoscaler`: `replica_calculator.go` for
 * one measurement, `horizontal.go` with `behavior` for what comes of it). Asked once a period:
 *
 * 1. usage ÷ target, usage being a whole percent or thousandth, cut off. Within the tolerance nothing
 *    is done: |ratio − 1| <= 0.1, so that 66 against 60 is outside, 66 ÷ 60 − 1 being
 *    0.10000000000000009 (so up to 1.32; later ones compare with 1 + 0.1, and it is inside).
 * 2. Else ceil(ratio × ready). With replicas that have not been ready yet and a ratio above 1, these
 *    count as idle, and so do those that tell nothing; with a ratio below 1 those count as all busy (of
 *    amounts: as at the target). If that turns the direction, nothing is done.
 * 3. The greatest recommendation of the time `down.stabilizeNs` bounds it from below, the least of
 *    `up.stabilizeNs` from above.
 * 4. It moves by no more than the limits allow from where the replicas were at their time's beginning,
 *    and stays between min and max.
 *
 * An HPA without `behavior` (the older rule) goes from 2 to at most 4 at once, by these defaults to 6.
 */
export class Hpa {
  private told: Told[] = [];
  private readonly ups: Told[] = [];
  private readonly downs: Told[] = [];

  constructor(private spec: HpaSpec) {}

  get max(): number {
    return this.spec.max;
  }

  /** From now on it aims at this, between these; what it remembers of the past stands. */
  setAim({ max, min, target }: Pick<HpaSpec, 'max' | 'min' | 'target'>): void {
    this.spec = { ...this.spec, max, min, target };
  }

  /** How many replicas there should be from now on. */
  decide(nowNs: number, seen: Seen): number {
    const { min, max } = this.spec;
    const { current } = seen;
    const wanted =
      current > max || current < min ? clamp(current, min, max) : this.within(nowNs, seen);
    if (wanted > current) this.note(this.ups, nowNs, wanted - current, this.spec);
    if (wanted < current) this.note(this.downs, nowNs, current - wanted, this.spec);
    return wanted;
  }

  /** What one measurement alone asks for (before anything is damped). */
  recommend(seen: Seen): number | null {
    const { current, missing, ready, unready } = seen;
    if (ready === 0) return null;
    const ratio = this.ratio(seen.sum, ready, seen.each);
    const idle = ratio > 1 ? unready : 0;
    if (idle === 0 && missing === 0) {
      return this.tolerates(ratio) ? current : Math.ceil(ratio * ready);
    }
    const counted = ready + missing + idle;
    const sum = seen.sum + (ratio < 1 ? missing * this.assumed(seen.each) : 0);
    const then = this.ratio(sum, counted, seen.each);
    const turns = (ratio < 1 && then > 1) || (ratio > 1 && then < 1);
    if (this.tolerates(then) || turns) return current;
    const wanted = Math.ceil(then * counted);
    const goesBack = (then < 1 && wanted > current) || (then > 1 && wanted < current);
    return goesBack ? current : wanted;
  }

  private within(nowNs: number, seen: Seen): number {
    const wanted = this.recommend(seen);
    if (wanted === null) return seen.current;
    return this.limited(nowNs, seen.current, this.stabilized(nowNs, seen.current, wanted));
  }

  /** Usage ÷ target; usage is cut off to a whole percent or thousandth. */
  private ratio(sum: number, replicas: number, each: number): number {
    const scale = this.spec.of === 'share' ? 100 : 1000;
    return Math.floor((sum * scale) / (replicas * each)) / this.spec.target;
  }

  private tolerates(ratio: number): boolean {
    return Math.abs(1 - ratio) <= this.spec.tolerance;
  }

  /** What one that tells nothing is taken to measure, where fewer would do. */
  private assumed(each: number): number {
    const { of, target } = this.spec;
    return of === 'share' ? (each * Math.max(100, target)) / 100 : target / 1000;
  }

  /** Writes a step down, and forgets those that no limit looks at any more. */
  private note(steps: Told[], nowNs: number, replicas: number, { up, down }: HpaSpec): void {
    let longest = 0;
    for (const { withinNs } of [...(up.limits ?? []), ...(down.limits ?? [])]) {
      longest = Math.max(longest, withinNs);
    }
    while (steps.length > 0 && steps[0].atNs <= nowNs - longest) steps.shift();
    steps.push({ atNs: nowNs, replicas });
  }

  private stabilized(nowNs: number, current: number, wanted: number): number {
    const { up, down } = this.spec;
    let least = wanted;
    let most = wanted;
    for (const { atNs, replicas } of this.told) {
      if (atNs > nowNs - up.stabilizeNs) least = Math.min(least, replicas);
      if (atNs > nowNs - down.stabilizeNs) most = Math.max(most, replicas);
    }
    const longest = Math.max(up.stabilizeNs, down.stabilizeNs);
    this.told = this.told.filter(({ atNs }) => atNs > nowNs - longest);
    this.told.push({ atNs: nowNs, replicas: wanted });
    return Math.min(Math.max(current, least), most);
  }

  private limited(nowNs: number, current: number, wanted: number): number {
    const { min, max, up, down } = this.spec;
    if (wanted > current) {
      return Math.min(wanted, max, Math.max(current, this.bound(nowNs, current, up, 1)));
    }
    if (wanted < current) {
      return Math.max(wanted, min, Math.min(current, this.bound(nowNs, current, down, -1)));
    }
    return wanted;
  }

  /** How far the loosest limit lets it go, up (1) or down (-1). */
  private bound(nowNs: number, current: number, { limits }: ScaleDirection, sign: 1 | -1): number {
    if (limits === null) return current;
    if (limits.length === 0) return sign * Infinity;
    let loosest = -sign * Infinity;
    for (const { by, kind, withinNs } of limits) {
      const changed = since(this.ups, nowNs - withinNs) - since(this.downs, nowNs - withinNs);
      const before = current - changed;
      const far = kind === 'replicas' ? before + sign * by : before * (1 + (sign * by) / 100);
      const whole = sign === 1 ? Math.ceil(far) : Math.trunc(far);
      loosest = sign === 1 ? Math.max(loosest, whole) : Math.min(loosest, whole);
    }
    return loosest;
  }
}

/** How many came, or went, after a moment. */
function since(steps: readonly Told[], afterNs: number): number {
  let sum = 0;
  for (let i = steps.length - 1; i >= 0 && steps[i].atNs > afterNs; i--) sum += steps[i].replicas;
  return sum;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
