import {
  BEGIN,
  EXPIRE,
  EXPIRE_DRAWN,
  FAULT_OFF,
  FAULT_ON,
  HEALTH,
  LOCK_TIMED_OUT,
  LOCKED,
  OUT_OF_MEMORY,
  RERANKED,
  RESTART,
  SHED,
} from './outcomes.js';

/** The parts of a world that events concern of which most plans have none, or few. */
interface SeldomPeers {
  readonly services: {
    readonly admission: {
      expire(attempt: number): void;
      expireDrawn(row: number): void;
      shedTimed(attempt: number): void;
    };
    readonly yielding: { act(kind: number, row: number): void };
  };
  readonly faults: { turn(fault: number, on: boolean): void };
  readonly health: { act(row: number): void } | null;
  readonly producers: { begin(row: number): void };
  readonly restarts: { outOfMemory(replica: number): void; restart(replica: number): void } | null;
}

/** Carries out an event that is not among the usual ones. */
export function actSeldom(world: SeldomPeers, kind: number, row: number): void {
  const { admission } = world.services;
  switch (kind) {
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
    case BEGIN:
      world.producers.begin(row);
      break;
    case FAULT_ON:
    case FAULT_OFF:
      world.faults.turn(row, kind === FAULT_ON);
      break;
    default:
      throw new Error(`no such event: kind ${kind}`);
  }
}
