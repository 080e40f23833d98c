/** A picture of the gallery. */
export interface Entry {
  /** Of the picture, without its ending. */
  name: string;
  /** Below scenarios/. */
  scenario: string;
  /** The chart of its report, or of a study of its stability. */
  chart: string;
  /** What one sees. */
  says: string;
}

/** In the order in which a reader meets them. */
export const ENTRIES: readonly Entry[] = [
  {
    name: 'retry-storm',
    scenario: 'retry-storm.yaml',
    chart: 'traffic',
    says: 'The database stands still for ten seconds; with four attempts at each layer and no bound the shop never recovers.',
  },
  {
    name: 'one-request',
    scenario: 'retry-storm.yaml',
    chart: 'request',
    says: 'One request of that storm: its client is gone after four seconds, and work for it goes on for minutes.',
  },
  {
    name: 'hockey-stick',
    scenario: 'hockey-stick.yaml',
    chart: 'hockey-stick',
    says: 'Latency and goodput against offered load: where each policy bends.',
  },
  {
    name: 'latency-map',
    scenario: 'retry-storm.yaml',
    chart: 'latency-map',
    says: 'The same storm as a map of how fast how many were answered.',
  },
  {
    name: 'wasted-work',
    scenario: 'retry-storm.yaml',
    chart: 'utilization',
    says: 'Busy and useless: the workers of the storm, and what of their work nobody waits for.',
  },
  {
    name: 'queue-depth',
    scenario: 'full-queue.yaml',
    chart: 'queue-depth',
    says: 'What waits, and what a bound on it does.',
  },
  {
    name: 'breakers',
    scenario: 'circuit-breaker.yaml',
    chart: 'guards',
    says: 'Breakers open, try, and close again.',
  },
  {
    name: 'failures',
    scenario: 'circuit-breaker.yaml',
    chart: 'failures',
    says: 'Why requests failed, by what their client saw last.',
  },
  {
    name: 'replicas',
    scenario: 'autoscaling-too-late.yaml',
    chart: 'replicas',
    says: 'Capacity that comes after the wave.',
  },
  {
    name: 'memory',
    scenario: 'gc-spiral.yaml',
    chart: 'memory',
    says: 'Memory fills, collecting it takes the time that would have emptied it.',
  },
  {
    name: 'lag',
    scenario: 'brokers/six-hour-surprise.yaml',
    chart: 'lag',
    says: 'How far consumers are behind, long after the trouble is over.',
  },
];
