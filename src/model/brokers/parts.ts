import type { Kernel } from '../../kernel/kernel.js';
import type { Recorder } from '../../measure/recorder.js';
import type { Attempts } from '../attempts.js';
import type { Calls } from '../calls.js';
import type { Commits } from '../commits.js';
import type { Doors } from '../doors.js';
import type { Edge } from '../edges.js';
import type { EndlessGuard } from '../endless.js';
import type { GuardedRows } from '../guarded-rows.js';
import type { Labels } from '../labels.js';
import type { Plan } from '../plan.js';
import type { Producers } from '../producers.js';
import type { Program } from '../program.js';
import type { Replicas } from '../replicas.js';
import type { SendingBrokers } from '../sending.js';
import type { Standing } from '../standing.js';
import type { Wires } from '../wires.js';
import type { Consumer, QueueParts } from './broker-queue.js';
import type { ServiceBrokers } from './for-services.js';
import type { Messages } from './messages.js';

/** The parts of the model that brokers are made of. */
export interface BrokerParts {
  readonly plan: Plan;
  readonly kernel: Kernel;
  readonly program: Program;
  readonly attempts: Attempts;
  readonly calls: Calls;
  readonly rows: GuardedRows;
  readonly edges: readonly Edge[];
  readonly endless: EndlessGuard;
  readonly recorder: Recorder;
  readonly replicas: Replicas;
  readonly doors: Doors;
  readonly wires: Wires;
  readonly labels: Labels;
  readonly commits: Commits | null;
  readonly messages: Messages;
}

/** What brokers ask of the rest of the model. */
export interface BrokerPeers {
  readonly services: {
    arrive(attempt: number): void;
    connectBrokers(brokers: ServiceBrokers): void;
  };
  readonly standing: Pick<Standing, 'brokers'>;
  readonly sending: {
    brokers: SendingBrokers | null;
    answer(attempt: number, outcome: number): boolean;
    letIn(attempt: number): void;
  };
  readonly producers: Pick<Producers, 'observer' | 'requestEnded'>;
}

/** What each queue works with; `own` is what all of them share. */
export function queueParts(
  of: BrokerParts,
  own: Pick<QueueParts, 'alarms' | 'deliveries' | 'messages'>,
): QueueParts {
  const { attempts, calls, commits, doors, kernel, labels, plan, recorder, replicas } = of;
  return {
    ...own,
    attempts,
    calls,
    clock: kernel.clock,
    commits,
    doors,
    labels,
    recorder,
    replicas,
    sizeBytes: Float64Array.from(plan.producers, ({ sizeBytes }) => sizeBytes),
    priorities: Int32Array.from(plan.producers, ({ priority }) => priority),
    slows: Uint8Array.from(plan.producers, ({ arrivals: { kind } }) =>
      kind === 'closed' || kind === 'backlog' ? 1 : 0,
    ),
  };
}

/** By queue: who consumes it; `site` is that of the first in the plan. */
export function consumersOf(plan: Plan, replicas: Replicas, site: number): Consumer[][] {
  const found: Consumer[][] = plan.queues.map(() => []);
  let next = site;
  plan.components.forEach(({ consumes, io, name, queue }, component) => {
    if (consumes === null) return;
    found[consumes.queue].push({
      component,
      name,
      isAsync: io === 'async',
      how: consumes.how,
      first: replicas.first[component],
      size: replicas.size(component),
      site: next++,
      capacity: queue.capacity,
    });
  });
  return found;
}
