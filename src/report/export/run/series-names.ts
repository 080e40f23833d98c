/** What a series is about, taken from its name. */
export interface SeriesName {
  /** "service", "dependency", "queue", "call", "lock"…; null where it is about the whole. */
  kind: string | null;
  /** The name of that: "db", or "web -> db" of a call. */
  subject: string | null;
  /** What is measured of it: "queue.depth". */
  figure: string;
}

const NAMED = /^(producers|services|dependencies|calls|queues|locks|commits)\.([^.]+)\.(.+)$/;
const KINDS: Record<string, string> = {
  producers: 'producer',
  services: 'service',
  dependencies: 'dependency',
  calls: 'call',
  queues: 'queue',
  locks: 'lock',
  commits: 'commit',
};

export function seriesName(name: string): SeriesName {
  const [, family, subject, figure] = NAMED.exec(name) ?? [];
  if (family === undefined) return { kind: null, subject: null, figure: name };
  return { kind: KINDS[family]!, subject: subject!, figure: figure! };
}

/** Series of so many a second; all others say how things stand. */
const RATES = /^(offered|attempts|throughput|goodput|errors\..+|rejected|retries)$/;

/** Whether a series counts something by the second. */
export function isRate({ figure }: SeriesName): boolean {
  return RATES.test(figure);
}

/** What a series is measured in, as a word for the end of a metric's name; null for bare numbers. */
export function unitWord({ figure }: SeriesName): 'seconds' | 'bytes' | 'ratio' | null {
  if (/(^|\.)(latency|wait|sojourn|end_to_end)\.[a-z0-9]+$|(^|\.)age$/.test(figure))
    return 'seconds';
  if (/(^|\.)memory$/.test(figure)) return 'bytes';
  return /(utilization|wasted|ratio|share)$/.test(figure) ? 'ratio' : null;
}
