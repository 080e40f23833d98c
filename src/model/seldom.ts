import type { Attempts } from './attempts.js';
import {
  ALARM,
  BEGIN,
  BROKER_ALARM,
  CLIENT_LEAVES,
  EXPIRE,
  EXPIRE_DRAWN,
  FAULT_OFF,
  FAULT_ON,
  FAULT_STEP,
  HEALTH,
  HELD_ENOUGH,
  LET_IN,
  LOCK_TIMED_OUT,
  LOCKED,
  OUT_OF_MEMORY,
  PACED,
  RERANKED,
  RESTART,
  SCALE,
  SCALED_UP,
  SEND_NEXT,
  SHED,
  USER,
} from './outcomes.js';

/** The parts of a world that events concern of which plain plans have none, or few. */
interface SeldomPeers {
  readonly attempts: Pick<Attempts, 'waits'>;
  readonly guarded: { rang(alarm: number): void };
  readonly services: {
    readonly admission: {
      expire(attempt: number): void;
      expireDrawn(row: number): void;
      heldEnough(attempt: number): void;
      shedTimed(attempt: number): void;
    };
    readonly leave: { letIn(attempt: number): void };
    readonly workbench: { pacedCame(replica: number): void };
    readonly yielding: { act(kind: number, row: number): void };
  };
  readonly brokers: { rang(alarm: number): void; clientLeaves(message: number): void } | null;
  readonly fleet: { came(kind: number, row: number): void } | null;
  readonly faults: { act(kind: number, fault: number): void };
  readonly health: { act(row: number): void } | null;
  readonly producers: { begin(row: number): void; userSends(user: number): void };
  readonly restarts: { outOfMemory(replica: number): void; restart(replica: number): void } | null;
}

/** Carries out an event that plain calls do not make. */
export function actSeldom(world: SeldomPeers, kind: number, row: number): void {
  const { admission } = world.services;
  switch (kind) {
    case USER:
    case SEND_NEXT:
      world.producers.userSends(row);
      break;
    case ALARM:
      world.guarded.rang(row);
      break;
    case PACED:
      world.services.workbench.pacedCame(row);
      break;
    case LET_IN:
      world.attempts.waits?.suspect(row);
      world.services.leave.letIn(row);
      break;
    case HELD_ENOUGH:
      world.attempts.waits?.suspectCallerOf(row);
      admission.heldEnough(row);
      break;
    case EXPIRE:
      admission.expire(row);
      break;
    case EXPIRE_DRAWN:
      admission.expireDrawn(row);
      break;
    case SHED:
      admission.shedTimed(row);
      break;
    case LOCKED:
    case LOCK_TIMED_OUT:
    case RERANKED:
      world.services.yielding.act(kind, row);
      break;
    case OUT_OF_MEMORY:
      world.restarts?.outOfMemory(row);
      break;
    case RESTART:
      world.restarts?.restart(row);
      break;
    case HEALTH:
      world.health?.act(row);
      break;
    case SCALE:
    case SCALED_UP:
      world.fleet?.came(kind, row);
      break;
    case BROKER_ALARM:
      world.brokers?.rang(row);
      break;
    case CLIENT_LEAVES:
      world.brokers?.clientLeaves(row);
      break;
    case BEGIN:
      world.producers.begin(row);
      break;
    case FAULT_ON:
    case FAULT_OFF:
    case FAULT_STEP:
      world.faults.act(kind, row);
      break;
    default:
      throw new Error(`no such event: kind ${kind}`);
  }
}
