import { IdentitySource, purposeOf, unit53 } from '../kernel/draws.js';
import { type Attempts, HI, LO, ROW } from './attempts.js';
import type { Edge } from './edges.js';

/** Ways over an edge's network; each has draws of its own. */
export const THERE = purposeOf('network there');
export const BACK = purposeOf('network back');
const DROP = purposeOf('fault drop');

/** The network of the edges: how long a message of an attempt is under way. */
export class Wires {
  private readonly draw = new IdentitySource();

  constructor(private readonly attempts: Attempts) {}

  /** Whether an attempt is lost on its way, by its own draw. */
  loses(ratio: number, attempt: number): boolean {
    const { words } = this.attempts;
    this.draw.seek(words[attempt * ROW + HI], words[attempt * ROW + LO], DROP);
    return unit53(this.draw) < ratio;
  }

  /** The delay of an attempt's message over an edge, `way` one of the above; whole nanoseconds. */
  delayNs(edge: Edge, attempt: number, way: number): number {
    const law = edge.network;
    if (law === null) return 0;
    if (law.constantNs >= 0) return law.constantNs;
    const { words } = this.attempts;
    this.draw.seek(words[attempt * ROW + HI], words[attempt * ROW + LO], way);
    return Math.floor(law.sample(this.draw) + 0.5);
  }
}
