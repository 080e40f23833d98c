import type { Mistake } from '../issue.js';

// Streams: who asks, and who can be made to wait.

export function nothingOverflows(name: string): Mistake {
  const message = `overflow does nothing: whoever publishes to ${name} can wait, and does`;
  const hint = 'open arrivals cannot be slowed; handlers, backlog and closed can';
  return { code: 'no_effect', severity: 'warning', message, hint };
}

export function asksForMoreThanFits(n: string, room: number): Mistake {
  const message = `it asks for ${n} and has room for ${room}: what comes beyond that is refused`;
  const hint = `ask for ${room} at most, or let the queue hold more`;
  return { code: 'no_effect', severity: 'warning', message, hint };
}
