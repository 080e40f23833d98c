import {
  UNSENT_BREAKER,
  UNSENT_BUFFER,
  UNSENT_BULKHEAD,
  UNSENT_CONNECTION,
  UNSENT_DEADLINE,
  UNSENT_RATE,
  UNSENT_THROTTLE,
} from '../measure/edge-book.js';
import {
  BREAKER_OPEN,
  BULKHEAD_FULL,
  DEADLINE,
  NO_CONNECTION,
  RATE_LIMITED,
  REJECTED,
  THROTTLED,
} from './outcomes.js';

/** The column of an edge in which an attempt stands that was never sent, by its outcome. */
export const UNSENT_COLUMN: Record<number, number | undefined> = {
  [DEADLINE]: UNSENT_DEADLINE,
  [REJECTED]: UNSENT_BUFFER,
  [NO_CONNECTION]: UNSENT_CONNECTION,
  [BULKHEAD_FULL]: UNSENT_BULKHEAD,
  [BREAKER_OPEN]: UNSENT_BREAKER,
  [THROTTLED]: UNSENT_THROTTLE,
  [RATE_LIMITED]: UNSENT_RATE,
};
