import { IdentitySource, purposeOf, StreamSource, unit53 } from '../kernel/draws.js';
import type { Recorder } from '../measure/recorder.js';
import type { Rotation } from '../policies/choice.js';
import {
  HOST_FAILED,
  HOST_GATEWAY,
  HOST_OK,
  OutlierDetector,
  type OutlierSpec,
} from '../policies/outlier.js';
import type { Alarms } from './alarms.js';
import { type Attempts, HI, LO, REPLICA, ROW, SENT, TIMES } from './attempts.js';
import type { Edge } from './edges.js';
import { ERROR, FACT_EJECTED, FACT_TAKEN_BACK, GIVEN_UP, OK } from './outcomes.js';

/** Kind of alarm: an edge's ejections are looked at. */
export const SWEEP = 21;
const ENFORCING = purposeOf('outlier');

/** What the clients of one edge think of the callee's replicas. */
interface Views {
  edge: Edge;
  spec: OutlierSpec;
  /** By client. */
  detectors: OutlierDetector[];
  rotations: readonly Rotation[];
  /** The component's own draws, made when one is first needed. */
  stream: StreamSource | null;
}

/**
 * Outlier detection: replicas that a client has ejected are out of *its* rotation. A replica that is
 * down is out whatever it thinks; where too few are left (panic) it uses the ejected ones as well.
 */
export class Ejections {
  private readonly views: (Views | null)[];
  private readonly draw = new IdentitySource();
  private readonly drawn = (): number => unit53(this.draw);

  constructor(
    edges: readonly Edge[],
    private readonly seed: string,
    private readonly clock: Float64Array,
    private readonly alarms: Alarms,
    private readonly attempts: Attempts,
    private readonly recorder: Recorder,
  ) {
    this.views = edges.map((edge) => this.viewsOf(edge));
  }

  /** The caller has let go of an attempt that was sent: its replica is judged by the outcome. */
  ended(edge: Edge, attempt: number, client: number, outcome: number): void {
    const views = this.views[edge.index];
    if (views === null || outcome === GIVEN_UP) return;
    const { times, words } = this.attempts;
    const now = this.clock[0];
    // Nobody was asked where none was left.
    const wentNowhere = outcome === ERROR && times[attempt * TIMES + SENT] === now;
    if (wentNowhere && views.rotations[client].count === 0) return;
    this.draw.seek(words[attempt * ROW + HI], words[attempt * ROW + LO], ENFORCING);
    const host = words[attempt * ROW + REPLICA] - edge.firstReplica;
    const how = outcome === OK ? HOST_OK : outcome === ERROR ? HOST_FAILED : HOST_GATEWAY;
    const detector = views.detectors[client];
    if (!detector.ended(host, how, now, this.drawn)) return;
    this.recorder.rotations.ejected(edge.plan.to);
    this.recorder.fingerprint.fact(FACT_EJECTED, client, words[attempt * ROW + REPLICA]);
    this.look(views, client);
  }

  /** The interval of an edge is over. */
  swept(edgeIndex: number): void {
    const views = this.views[edgeIndex];
    if (views === null) return;
    const { edge, spec, detectors } = views;
    detectors.forEach((detector, client) => {
      const before = this.ejectedOf(detector);
      if (!detector.sweep(this.clock[0], () => this.streamDraw(views))) return;
      this.noteSweep(edge, client, detector, before);
      this.look(views, client);
    });
    this.alarms.at(this.clock[0] + spec.intervalNs, SWEEP, edgeIndex);
  }

  /** A client begins anew: it has ejected nobody. */
  renew(edge: Edge, client: number): void {
    const views = this.views[edge.index];
    if (views === null) return;
    views.detectors[client] = new OutlierDetector(views.spec, edge.rotation.list.length);
    this.look(views, client);
  }

  /** A replica of the callee is a new one: its clients know nothing of it. */
  forget(edge: Edge, host: number): void {
    const views = this.views[edge.index];
    views?.detectors.forEach((detector, client) => {
      detector.forget(host);
      this.look(views, client);
    });
  }

  private viewsOf(edge: Edge): Views | null {
    const { breaker } = edge.plan;
    if (breaker?.kind !== 'outlier' || edge.views === null) return null;
    const hosts = edge.rotation.list.length;
    const detectors = edge.views.map(() => new OutlierDetector(breaker, hosts));
    const views = { edge, spec: breaker, detectors, rotations: edge.views, stream: null };
    edge.rotation.watchers.push(() => {
      for (let client = 0; client < detectors.length; client++) this.look(views, client);
    });
    this.alarms.at(this.clock[0] + breaker.intervalNs, SWEEP, edge.index);
    // Some may not be there yet.
    detectors.forEach((_, client) => {
      this.look(views, client);
    });
    return views;
  }

  private ejectedOf(detector: OutlierDetector): boolean[] {
    return Array.from({ length: detector.hosts }, (_, host) => detector.isEjected(host));
  }

  private noteSweep(edge: Edge, client: number, detector: OutlierDetector, before: boolean[]) {
    for (let host = 0; host < detector.hosts; host++) {
      const isOut = detector.isEjected(host);
      if (isOut === before[host]) continue;
      if (isOut) this.recorder.rotations.ejected(edge.plan.to);
      const fact = isOut ? FACT_EJECTED : FACT_TAKEN_BACK;
      this.recorder.fingerprint.fact(fact, client, edge.firstReplica + host);
    }
  }

  /** Makes a client's rotation anew, of the callee's and of what it has ejected. */
  private look({ edge, detectors, rotations }: Views, client: number): void {
    const detector = detectors[client];
    const { rotation } = edge;
    const own = rotations[client];
    detector.present = this.recorder.rotations.present.level[edge.plan.to];
    const healthy = (host: number): boolean => rotation.has(host) && !detector.isEjected(host);
    let left = 0;
    for (let host = 0; host < detector.hosts; host++) if (healthy(host)) left++;
    const panics = detector.panics(left, rotation.count);
    for (let host = 0; host < detector.hosts; host++) {
      own.set(host, panics ? rotation.has(host) : healthy(host));
    }
    this.recorder.rotations.seen(edge.plan.to, edge.firstClient + client, left);
  }

  private streamDraw(views: Views): number {
    views.stream ??= new StreamSource(`${this.seed}/${views.edge.plan.name}/outlier`);
    return unit53(views.stream);
  }
}
