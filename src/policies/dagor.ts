/**
 * DAGOR, the overload control of WeChat (H. Zhou and others, "Overload Control for Scaling WeChat
 * Microservices", SoCC 2018). Requests have a level: that of their business and, within it, that of
 * their user. A service is overloaded when those who started within a window had waited longer than
 * a target on average; then it aims to let in 5% fewer than it did, else 1% of all arrivals more. The
 * histogram of the window's arrivals by level, summed up from the most important on, says up to which
 * level that many come: the cursor.
 *
 * This is the paper's form. The C code of Caladan's evaluation (`breakwater/src/dg_server.c`) differs:
 * it has no businesses, smooths the delay (0.8/0.2), and moves the threshold itself instead of looking
 * it up in a histogram.
 */
export interface DagorSpec {
  /** Overloaded above this mean wait in the queue: 20 ms in the paper. */
  targetNs: number;
  /** A window ends after so long (1 s), or after so many arrivals (2,000), whichever is first. */
  windowNs: number;
  requests: number;
  /** By how much fewer are let in when overloaded (5%), and more otherwise, of all arrivals (1%). */
  decrease: number;
  increase: number;
  /** Levels of users within a business: 128. */
  users: number;
}

export const DAGOR: DagorSpec = {
  targetNs: 20e6,
  windowNs: 1e9,
  requests: 2000,
  decrease: 0.05,
  increase: 0.01,
  users: 128,
};

/** DAGOR at one service; businesses and users are numbers from 0, the most important first. */
export class Dagor {
  /** The last level that is let in: business × users + user. */
  cursor: number;
  private readonly histogram: Float64Array;
  private readonly most: number;
  private begunNs = 0;
  private arrived = 0;
  private admitted = 0;
  private started = 0;
  private waitedNs = 0;

  constructor(
    private readonly spec: DagorSpec,
    businesses: number,
  ) {
    this.most = businesses * spec.users - 1;
    this.histogram = new Float64Array(this.most + 1);
    this.cursor = this.most;
  }

  /** Whether one that arrives is let in. */
  admits(nowNs: number, business: number, user: number): boolean {
    this.look(nowNs);
    const level = business * this.spec.users + user;
    this.histogram[level]++;
    this.arrived++;
    if (level > this.cursor) return false;
    this.admitted++;
    return true;
  }

  /** One that was let in starts, having waited in the queue. */
  begins(nowNs: number, waitedNs: number): void {
    this.look(nowNs);
    this.started++;
    this.waitedNs += waitedNs;
  }

  /** Ends the window if it is time: nobody looks at the cursor in between. */
  private look(nowNs: number): void {
    const { windowNs, requests, targetNs, decrease, increase } = this.spec;
    if (nowNs - this.begunNs < windowNs && this.arrived < requests) return;
    const overloaded = this.started > 0 && this.waitedNs > targetNs * this.started;
    const aim = overloaded
      ? this.admitted * (1 - decrease)
      : this.admitted + this.arrived * increase;
    this.cursor = this.levelFor(aim);
    this.begunNs = nowNs;
    this.arrived = 0;
    this.admitted = 0;
    this.started = 0;
    this.waitedNs = 0;
    this.histogram.fill(0);
  }

  /** The last level up to which no more than `aim` arrived; the most important is always let in. */
  private levelFor(aim: number): number {
    let cursor = 0;
    let sum = 0;
    for (let level = 0; level <= this.most; level++) {
      sum += this.histogram[level];
      if (sum > aim) break;
      cursor = level;
    }
    return cursor;
  }
}
