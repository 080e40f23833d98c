import { type Breaker, HALF_OPEN, OPEN } from '../../../src/policies/breaker.js';
import { type Ending, GO, REFUSE, WAIT } from '../../../src/policies/guard.js';

export const MS = 1e6;
export const S = 1e9;

/** C, O or H. */
export function stateOf({ state }: Breaker): string {
  return state === OPEN ? 'O' : state === HALF_OPEN ? 'H' : 'C';
}

/** One call after another: S succeeds, F fails; the state after each. */
export function statesOf(breaker: Breaker, outcomes: string, atNs = 0, tookNs = 0): string {
  let states = '';
  for (const outcome of outcomes) {
    if (breaker.ask(atNs, 0.5) === GO) {
      const how = outcome === 'S' ? 'ok' : 'error';
      breaker.ended(atNs, how, tookNs, breaker.token);
    }
    states += stateOf(breaker);
  }
  return states;
}

/**
 * A table of worked steps. A call by its letter: `a?` asks (its answer stands in `says`), `a ok`,
 * `a error`, `a timeout`, `a given_up` end it, `a full` says that its bulkhead was full.
 */
export type Row = readonly [atNs: number, does: string, says: string, state: string, why?: string];

/** Plays a table; the rows as they came out. */
export function played(breaker: Breaker, rows: readonly Row[]): Row[] {
  const tokens = new Map<string, number>();
  return rows.map(([atNs, does, , , ...why]): Row => {
    const said = play(breaker, tokens, atNs, does);
    return [atNs, does, said, stateOf(breaker), ...why] as unknown as Row;
  });
}

function play(breaker: Breaker, tokens: Map<string, number>, atNs: number, does: string): string {
  const [call, how] = does.replace('?', ' ?').split(' ');
  if (how === '?') {
    const answer = breaker.ask(atNs, 0.5);
    if (answer === GO) tokens.set(call!, breaker.token);
    return answer === GO ? 'go' : answer === REFUSE ? 'no' : answer === WAIT ? 'wait' : 'unknown';
  }
  if (call === 'turn') breaker.turn(atNs);
  else if (how === 'full') breaker.stopped(atNs, 'bulkhead_full', tokens.get(call!)!);
  else if (how === 'stopped') breaker.stopped(atNs, 'rate_limited', tokens.get(call!)!);
  else breaker.ended(atNs, how as Ending, 0, tokens.get(call!)!);
  return '';
}
