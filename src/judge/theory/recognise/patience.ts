import type { DistributionSpec } from '../../../kernel/distributions.js';
import { mm1D } from '../forms/mm1-d.js';
import { mmcM } from '../forms/mmc-m.js';
import type { Fitting, Stream } from './fits.js';
import { lawOf } from './law.js';
import { refusal } from './say.js';

/**
 * A line that is left at an age: Erlang A where patience is exponential, M/M/1+D where it is the
 * same for all and there is one server. Only of those who come is the share that leaves known; how
 * long those wait who are served is in neither form.
 */
export function impatient(servers: number, patience: DistributionSpec, stream: Stream): Fitting {
  const { arrivals, law } = stream;
  const age = lawOf(patience);
  const none = { pool: null, inOrder: false, wait: null, leaves: 'expired' } as const;
  if (age.shape === 'exponential') {
    const { abandons, waiting, busy } = mmcM({
      servers,
      arrivals,
      meanWork: law.mean,
      meanPatience: age.mean,
    });
    const figures = {
      utilization: busy / servers,
      'queue.depth.mean': waiting,
      'in_flight.mean': waiting + busy,
    };
    return { fit: { ...none, form: 'M/M/c+M (Erlang A)', figures, loss: abandons } };
  }
  if (age.shape !== 'constant' || servers > 1 || age.mean === 0) {
    return { reason: refusal.patience(age.name) };
  }
  const { abandons, idle } = mm1D({ arrivals, service: 1 / law.mean, patience: age.mean });
  return { fit: { ...none, form: 'M/M/1+D', figures: { utilization: 1 - idle }, loss: abandons } };
}
