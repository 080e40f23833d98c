import type { DistributionSpec } from '../kernel/distributions.js';
import { formatDuration } from './units.js';

/** A law in a few words, its mean first. */
export function lawText(law: DistributionSpec): string {
  switch (law.kind) {
    case 'constant':
      return formatDuration(law.ns);
    case 'uniform':
      return `uniform ${formatDuration(law.fromNs)} to ${formatDuration(law.toNs)}`;
    case 'hyperexponential':
    case 'mixture':
    case 'empirical':
      return law.kind;
    default:
      return `${law.kind} ${formatDuration(law.meanNs)}`;
  }
}
