/**
 * What became of a run: the verdict with its cascade, the expectations of the scenario, and what
 * theory says where it applies.
 */
export { AlertBook } from './alerts/book.js';
export {
  type Account,
  evaluate,
  type Judgement,
  type Value,
  type View,
  valueIn,
} from './evaluate.js';
export { type Expectation, judgedOf, policiesOf, windowsOf } from './expectation.js';
export type { Kind } from './figures.js';
export { firstAlert } from './first-alert.js';
export { heldOver, typical } from './held.js';
export { readExpectation } from './reading.js';
export { capacityOf } from './theory/capacity.js';
export { meanRate } from './theory/mean-rate.js';
export { recognise } from './theory/recognise.js';
export { troubleOf } from './trouble.js';
export { judge } from './verdict.js';
