import * as say from '../messages.js';
import type { Refusal } from '../refusal.js';
import { duration, number, reference, share } from './figures.js';
import {
  also,
  documents,
  map,
  notYet,
  notYets,
  oneOf,
  optional,
  required,
  type Schema,
} from './kit.js';

/** A fault as written: exactly one of its heads stands. */
export interface Fault {
  at: number;
  for: number;
  slow: string | undefined;
  errors: string | undefined;
  pause: string | undefined;
  surge: string | undefined;
  factor: number | undefined;
  to: number | undefined;
  ratio: number | undefined;
}

const LATER_HEADS = ['crash', 'capacity', 'latency', 'drop', 'flush', 'set'] as const;
const HEADS = ['slow', 'errors', 'pause', 'surge', ...LATER_HEADS];
/** The keys each head needs (one of), and may have. */
const NEEDS: Record<string, string[]> = {
  slow: ['factor', 'to'],
  errors: ['ratio'],
  surge: ['factor'],
};
const OPTIONS = ['factor', 'to', 'ratio'];

const target = reference('a service or dependency, or NAME/ROUTE', true);

/** One fault. */
export const fault: Schema<Fault> = also(
  map({
    at: required('whole', duration, 'When it begins.'),
    for: optional(duration, 'How long it lasts; left out: for good.', Number.POSITIVE_INFINITY),
    slow: optional(target, 'Work that starts there takes longer: `factor` times, or `to`.'),
    errors: optional(target, 'A share `ratio` of its requests is answered with an error at once.'),
    pause: optional(reference('a service or dependency', false), 'It stands still.'),
    surge: optional(reference('a producer', false), 'It sends `factor` times as much.'),
    factor: optional(number(0, true), 'How many times as long (slow), as much (surge).'),
    to: optional(duration, 'How long work then takes (slow).'),
    ratio: optional(share, 'The share of requests (errors).'),
    when: notYet('when'),
    every: notYet('every'),
    ...notYets(...LATER_HEADS, 'share', 'replicas', 'restart', 'workers', 'add'),
  }) as unknown as Schema<Fault>,
  (written) => oneOf(written, HEADS, 'a fault') ?? options(written),
);
documents.add(fault, {
  description: 'Something that goes wrong for a time.',
  oneOf: HEADS.map((head) => ({ required: [head] })),
});

function options(written: Fault): Refusal | undefined {
  const present = (key: string): boolean => (written as never)[key] !== undefined;
  const head = HEADS.find(present) ?? '';
  const needs = NEEDS[head] ?? [];
  const stray = OPTIONS.find((key) => present(key) && !needs.includes(key));
  if (stray !== undefined) {
    const owners = Object.keys(NEEDS).filter((owner) => NEEDS[owner]?.includes(stray));
    return say.strayCompanion(stray, owners);
  }
  if (needs.length === 0) return undefined;
  return oneOf(written, needs, `a fault of ${head}`);
}
