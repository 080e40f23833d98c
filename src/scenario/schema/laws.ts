import * as z from 'zod/mini';
import type { DistributionSpec } from '../../kernel/distributions.js';
import * as say from '../messages.js';
import { count, duration, number, share, text } from './figures.js';
import {
  also,
  documents,
  either,
  type Form,
  into,
  list,
  map,
  mechanism,
  optional,
  required,
  type Schema,
} from './kit.js';

/** A law as written: its specification, but a file of latencies is only named yet. */
export type Law =
  | Exclude<DistributionSpec, { kind: 'mixture' | 'empirical' }>
  | { kind: 'mixture'; parts: { p: number; of: Law }[] }
  | { kind: 'file'; path: string };

/** Shares that must make a whole are compared with this slack, for thirds and the like. */
const SLACK = 1e-6;

function wholeOf<T extends { p: number }>(schema: Schema<T[]>): Schema<T[]> {
  return also(schema, (parts) => {
    if (parts.some((part) => typeof part?.p !== 'number')) return undefined;
    const sum = parts.reduce((total, part) => total + part.p, 0);
    return Math.abs(sum - 1) > SLACK ? say.sharesDoNotSum(sum) : undefined;
  });
}

const range = also(list(duration, { minItems: 2, maxItems: 2 }), (ends) => {
  const [from, to] = ends;
  if (ends.length !== 2) return say.notARange();
  if (typeof from !== 'number' || typeof to !== 'number') return undefined;
  return from > to ? say.rangeBackwards() : undefined;
});

const phase: Schema<{ p: number; mean: number }> = map({ p: share, mean: duration });

const part = z.lazy(() => map({ p: share, of: whole })) as unknown as Schema<{
  p: number;
  of: Law;
}>;

function family(form: Form): Schema<Law> {
  const mean = required(form, duration, 'Its mean.');
  const cv = required(form, number(0, true), 'Standard deviation ÷ mean.');
  const sd = required(form, duration, 'Its standard deviation.');
  const k = required(form, count(1), 'How many exponential phases, one after another.');
  const shape = required(form, number(0, false), '1 is exponential; less has a heavier tail.');
  const tail = required(form, number(1, false), 'Over 1; the smaller, the heavier the tail.');
  const families = mechanism(
    {
      exponential: optional(duration, 'Memoryless; its mean.'),
      uniform: optional(range, 'Anything between the two ends, alike.'),
      normal: optional(map({ mean, sd }), 'Truncated at 0.'),
      lognormal: optional(map({ mean, cv }), 'Skewed, as latencies mostly are.'),
      erlang: optional(map({ mean, k }), 'A sum of k exponential phases.'),
      gamma: optional(map({ mean, cv }), 'Between constant and very variable, by its cv.'),
      weibull: optional(map({ mean, shape }), 'A stretched or shrunk tail, by its shape.'),
      pareto: optional(map({ mean, shape: tail }), 'A power-law tail.'),
      hyperexponential: optional(
        wholeOf(list(phase, { minItems: 1 })),
        'One of several exponentials, each with its share p.',
      ),
      mixture: optional(
        wholeOf(list(part, { minItems: 1 })),
        'One of several distributions, each with its share p.',
      ),
      empirical: optional(text, 'A file of measured latencies in seconds, one a line.'),
    },
    'a distribution',
  );
  return into(families, toLaw);
}

const constant = into(duration, (ns): Law => ({ kind: 'constant', ns }));

const whole: Schema<Law> = either(constant, family('whole'));
documents.add(whole, { id: 'distribution', description: 'A distribution of durations.' });
const patch: Schema<Law> = either(constant, family('patch'));

/** A distribution of durations; in a patch the figures of a law may be given one by one. */
export function law(form: Form): Schema<Law> {
  return form === 'whole' ? whole : patch;
}

/** Laws without spread are constants, so that no draw is made for them. */
function toLaw(written: {
  exponential?: number | undefined;
  uniform?: number[] | undefined;
  normal?: { mean: number; sd: number } | undefined;
  lognormal?: { mean: number; cv: number } | undefined;
  erlang?: { mean: number; k: number } | undefined;
  gamma?: { mean: number; cv: number } | undefined;
  weibull?: { mean: number; shape: number } | undefined;
  pareto?: { mean: number; shape: number } | undefined;
  hyperexponential?: { p: number; mean: number }[] | undefined;
  mixture?: { p: number; of: Law }[] | undefined;
  empirical?: string | undefined;
}): Law {
  const { exponential, uniform, normal, lognormal, erlang, gamma, weibull, pareto } = written;
  const still = (ns: number): Law => ({ kind: 'constant', ns });
  if (exponential !== undefined) {
    return exponential === 0 ? still(0) : { kind: 'exponential', meanNs: exponential };
  }
  if (uniform !== undefined) {
    const [fromNs = 0, toNs = 0] = uniform;
    return fromNs === toNs ? still(toNs) : { kind: 'uniform', fromNs, toNs };
  }
  const figures = normal ?? lognormal ?? erlang ?? gamma ?? weibull ?? pareto;
  if (figures?.mean === 0 && normal === undefined) return still(0);
  if (normal !== undefined) {
    const { mean, sd } = normal;
    return sd === 0 ? still(mean) : { kind: 'normal', meanNs: mean, sdNs: sd };
  }
  const skewed = lognormal ?? gamma;
  if (skewed !== undefined) {
    const kind = lognormal === undefined ? 'gamma' : 'lognormal';
    return skewed.cv === 0 ? still(skewed.mean) : { kind, meanNs: skewed.mean, cv: skewed.cv };
  }
  if (erlang !== undefined) return { kind: 'erlang', meanNs: erlang.mean, k: erlang.k };
  if (weibull !== undefined) return { kind: 'weibull', meanNs: weibull.mean, shape: weibull.shape };
  if (pareto !== undefined) return { kind: 'pareto', meanNs: pareto.mean, shape: pareto.shape };
  const { hyperexponential, mixture, empirical = '' } = written;
  if (hyperexponential !== undefined) {
    const phases = hyperexponential.map(({ p, mean }) => ({ p, meanNs: mean }));
    return { kind: 'hyperexponential', phases };
  }
  if (mixture !== undefined) return { kind: 'mixture', parts: mixture };
  return { kind: 'file', path: empirical };
}
