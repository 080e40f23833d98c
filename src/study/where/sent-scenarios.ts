import { deserialize, serialize } from 'node:v8';
import type { Scenario } from '../index.js';

/** A scenario under way to a thread: the bytes are shared, only their handle is sent. */
export interface SentScenario {
  number: number;
  bytes: SharedArrayBuffer;
}

/** Scenarios that a thread keeps, each with its laid-out plans: a study is of one or two files. */
const KEPT_MAX = 4;

/** Writes each scenario down once, whatever the number of its runs and threads. */
export class OutgoingScenarios {
  readonly #sent = new WeakMap<Scenario, SentScenario>();
  #count = 0;

  of(scenario: Scenario): SentScenario {
    let sent = this.#sent.get(scenario);
    if (sent === undefined) {
      const written = serialize(scenario);
      const bytes = new SharedArrayBuffer(written.length);
      new Uint8Array(bytes).set(written);
      sent = { number: ++this.#count, bytes };
      this.#sent.set(scenario, sent);
    }
    return sent;
  }
}

/** Reads each scenario once a thread, so that its plans are laid out once a thread too. */
export class IncomingScenarios {
  /** The one that was asked for last comes last. */
  readonly #kept = new Map<number, Scenario>();

  of({ number, bytes }: SentScenario): Scenario {
    const scenario = this.#kept.get(number) ?? read(bytes);
    this.#kept.delete(number);
    this.#kept.set(number, scenario);
    if (this.#kept.size > KEPT_MAX) this.#kept.delete(this.#kept.keys().next().value!);
    return scenario;
  }
}

function read(bytes: SharedArrayBuffer): Scenario {
  // A copy, since arrays of numbers may lie in the very bytes that they were read from.
  return deserialize(new Uint8Array(bytes).slice()) as Scenario;
}
