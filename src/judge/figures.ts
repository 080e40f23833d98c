import {
  ALERT_RULES,
  comesLater,
  metricUnits,
  type Subjects,
  seriesUnits,
  type Unit,
} from '../measure/names.js';

/** What a figure is in an expectation: a number in its unit, yes or no, or a word. */
export type Kind = Unit | 'boolean' | 'word';

/** What the judge adds to the metrics. */
export const VERDICTS = {
  verdict: 'word',
  first_saturated: 'word',
  recovered: 'boolean',
  recovery_time: 'seconds',
  contained: 'boolean',
  deadlock: 'word',
} as const satisfies Record<string, Kind>;

/** Every value of `verdict`. */
export const VERDICT_WORDS = [
  'unharmed',
  'recovered',
  'recovering',
  'metastable',
  'down',
  'overloaded',
  'crash_loop',
  'deadlocked',
];

/** All that an expectation of one scenario may name. */
export interface Known {
  metrics: ReadonlyMap<string, Unit>;
  series: ReadonlyMap<string, Unit>;
  /** Whatever may stand in a cascade: locks and queues too. */
  components: readonly string[];
  policies: readonly string[];
  durationNs: number;
  later(name: string): boolean;
}

/** Made once for a scenario: with thousands of services the names are many. */
export function knownFigures(
  subjects: Subjects,
  policies: readonly string[],
  durationNs: number,
): Known {
  return {
    metrics: new Map(Object.entries(metricUnits(subjects))),
    series: new Map(Object.entries(seriesUnits(subjects))),
    components: [
      ...subjects.services,
      ...subjects.dependencies,
      ...(subjects.locks ?? []),
      ...(subjects.queues ?? []),
    ],
    policies,
    durationNs,
    later: (name) => comesLater(name, subjects),
  };
}

/** Every name that may stand in an expectation. */
export function* allNames(known: Known): Iterable<string> {
  yield* Object.keys(VERDICTS);
  yield* known.metrics.keys();
  yield* known.series.keys();
  for (const component of known.components) yield `cascade.${component}`;
  for (const rule of ALERT_RULES) yield `alerts.${rule}`;
}
