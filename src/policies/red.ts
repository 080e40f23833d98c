import { pow } from '../kernel/math.js';
import type { Shedder } from './shedder.js';

/**
 * Settings of RED. The weight's default of 0.002 is that of S. Floyd and V. Jacobson, Random Early
 * Detection Gateways (1993), and so are from 50%, to 100% and max 10% within their advice (to at least
 * twice from; max 2% in 1993, 10% since Floyd's note of 1997).
 */
export interface RedSpec {
  /** Shares of the capacity: from here on it refuses, from there on all. */
  from: number;
  to: number;
  /** The share refused just below `to`. */
  max: number;
  /** Of the line as it is now in its running average. */
  weight: number;
}

/**
 * RED (Floyd and Jacobson 1993, figure 2): the running average of the line's length, taken at each
 * arrival, decides at the door. Under `from` of the capacity nobody is refused, at `to` and above
 * everybody; between them a share p that rises to `max`, with the n-th since the last refusal refused
 * with p ÷ (1 − n·p), which spreads refusals evenly. Over a time with nobody waiting the average falls
 * as if so many had come as have their turns in such a time (the mean distance of turns so far).
 */
export class Red implements Shedder {
  average = 0;
  /** How many were let in since the last refusal; -1 while the average is low. */
  private since = -1;
  /** Since when nobody waits; -1 while somebody does. */
  private emptyNs = 0;
  private lastTurnNs = -1;
  private turns = 0;
  private turnsNs = 0;

  constructor(
    private readonly spec: RedSpec,
    private capacity: number,
  ) {}

  refuses(nowNs: number, waiting: number, u: number): boolean {
    this.note(nowNs, waiting);
    const { from, to, max } = this.spec;
    const fill = this.average / this.capacity;
    if (fill < from) this.since = -1;
    else if (fill >= to) {
      this.since = 0;
      return true;
    } else {
      this.since++;
      const p = (max * (fill - from)) / (to - from);
      const left = 1 - this.since * p;
      if (left <= 0 || u < p / left) {
        this.since = 0;
        return true;
      }
    }
    this.emptyNs = -1;
    return false;
  }

  patienceNs(): number {
    return Infinity;
  }

  sheds(nowNs: number, _waitedNs: number, behind: number): boolean {
    if (this.lastTurnNs >= 0) {
      this.turns++;
      this.turnsNs += nowNs - this.lastTurnNs;
    }
    this.lastTurnNs = nowNs;
    if (behind === 0) this.emptied(nowNs);
    return false;
  }

  passed(nowNs: number): void {
    this.note(nowNs, 0);
    this.emptied(nowNs);
  }

  overflowed(nowNs: number, waiting: number): void {
    this.note(nowNs, waiting);
    this.since = 0;
  }

  resized(capacity: number): void {
    this.capacity = capacity;
  }

  emptied(nowNs: number): void {
    this.emptyNs = nowNs;
    this.lastTurnNs = -1;
  }

  /** One comes: the average follows the line. */
  private note(nowNs: number, waiting: number): void {
    const { weight } = this.spec;
    if (waiting === 0 && this.emptyNs >= 0 && this.turnsNs > 0) {
      const missed = (nowNs - this.emptyNs) / (this.turnsNs / this.turns);
      if (weight < 1) this.average *= pow(1 - weight, missed);
      else this.average = 0;
      this.emptyNs = nowNs;
    } else this.average += weight * (waiting - this.average);
  }
}
