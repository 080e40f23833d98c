import { Codel, type CodelSpec } from './codel.js';
import { type FacebookSpec, FacebookTimeouts } from './facebook-timeouts.js';
import { FollyCodel, type FollyCodelSpec } from './folly-codel.js';
import { Pie, type PieSpec } from './pie.js';
import { Red, type RedSpec } from './red.js';
import type { Shedder } from './shedder.js';

/** Which law, with its settings. */
export type ShedSpec =
  | ({ kind: 'codel' } & CodelSpec)
  | ({ kind: 'folly_codel' } & FollyCodelSpec)
  | ({ kind: 'facebook' } & FacebookSpec)
  | ({ kind: 'pie' } & PieSpec)
  | ({ kind: 'red' } & RedSpec);

/** The machine of one line with room for `capacity`; `nowNs` is when it begins. */
export function shedder(spec: ShedSpec, capacity: number, nowNs: number): Shedder {
  switch (spec.kind) {
    case 'codel':
      return new Codel(spec);
    case 'folly_codel':
      return new FollyCodel(spec, nowNs);
    case 'facebook':
      return new FacebookTimeouts(spec);
    case 'pie':
      return new Pie(spec, nowNs);
    case 'red':
      return new Red(spec, capacity);
  }
}
