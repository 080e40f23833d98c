import { grown } from '../kernel/event-queue.js';
import { DUPLICATES, EFFECTS, ORPHANS, type Recorder } from '../measure/recorder.js';
import { type Attempts, HI, LO, ROW } from './attempts.js';
import { FACT_COMMITTED } from './outcomes.js';
import type { Plan, StepPlan } from './plan.js';
import { eachStep, handlersOf } from './steps.js';

const NONE = -1;

/** How a request stands: under way, ended well, failed. */
const OPEN = 0;
const SUCCEEDED = 1;
const FAILED = 2;

/**
 * Effects that last, by request: which have happened for it, however many attempts it took and
 * however late they came. A record lives as long as its request or any attempt of it.
 */
export class Commits {
  readonly names: readonly string[];
  /** By record: who needs it, how the request stands, effects by name. */
  private holders = new Int32Array(16);
  private ends = new Uint8Array(16);
  private effects: Int32Array;
  private used = 0;
  private free = NONE;
  /** By attempt and by request's call: the record. */
  private ofAttempt = new Int32Array(64);
  private ofCall = new Int32Array(64);
  /** By message. */
  private ofMessage = new Int32Array(64);

  constructor(
    plan: Plan,
    private readonly attempts: Attempts,
    private readonly recorder: Recorder,
  ) {
    this.names = commitNames(plan);
    this.effects = new Int32Array(16 * this.names.length);
  }

  /** A request begins. */
  begun(call: number): void {
    if (call >= this.ofCall.length) this.ofCall = longer(this.ofCall, call);
    this.ofCall[call] = this.take();
  }

  /** A request has ended. */
  ended(call: number, well: boolean): void {
    const record = this.ofCall[call];
    this.ends[record] = well ? SUCCEEDED : FAILED;
    this.letGo(record);
  }

  /** An attempt begins: of a request (`parent` below 0), or of a call of its caller. */
  joined(attempt: number, call: number, parent: number): void {
    if (attempt >= this.ofAttempt.length) this.ofAttempt = longer(this.ofAttempt, attempt);
    const record = parent < 0 ? this.ofCall[call] : this.ofAttempt[parent];
    this.ofAttempt[attempt] = record;
    this.holders[record]++;
  }

  /** A message is published by an attempt: it needs the record as long as it lies in its broker. */
  published(message: number, attempt: number): void {
    if (message >= this.ofMessage.length) this.ofMessage = longer(this.ofMessage, message);
    const record = this.ofAttempt[attempt];
    this.ofMessage[message] = record;
    this.holders[record]++;
  }

  /** A message goes on under another number. */
  copied(to: number, from: number): void {
    if (to >= this.ofMessage.length) this.ofMessage = longer(this.ofMessage, to);
    const record = this.ofMessage[from];
    this.ofMessage[to] = record;
    this.holders[record]++;
  }

  /** A message's delivery begins. */
  delivered(attempt: number, message: number): void {
    if (attempt >= this.ofAttempt.length) this.ofAttempt = longer(this.ofAttempt, attempt);
    const record = this.ofMessage[message];
    this.ofAttempt[attempt] = record;
    this.holders[record]++;
  }

  /** The request of a message, which waited for that, has ended. */
  messageEnded(message: number, epoch: number, well: boolean): void {
    const record = this.ofMessage[message];
    this.ends[record] = well ? SUCCEEDED : FAILED;
    if (!well) this.countOrphans(record, epoch);
  }

  /** A message is kept beyond its leave, or by one more: `messageLeft` comes once more. */
  messageKept(message: number): void {
    this.holders[this.ofMessage[message]]++;
  }

  /** A message has left its broker. */
  messageLeft(message: number): void {
    this.letGo(this.ofMessage[message]);
  }

  /** The call of a request has ended, and its message goes on, or has ended it before. */
  handedOn(call: number): void {
    this.letGo(this.ofCall[call]);
  }

  /** An attempt's row is free again. */
  left(attempt: number): void {
    this.letGo(this.ofAttempt[attempt]);
  }

  /** A request of a failed client counts its effects as orphans, those before and those after. */
  commit(attempt: number, name: number, once: boolean): void {
    const record = this.ofAttempt[attempt];
    const at = record * this.names.length + name;
    if (once && this.effects[at] > 0) return;
    const epoch = this.attempts.epoch(attempt);
    const { words } = this.attempts;
    this.recorder.fingerprint.fact(
      FACT_COMMITTED,
      words[attempt * ROW + HI],
      words[attempt * ROW + LO],
    );
    this.recorder.commits.add(name, epoch, EFFECTS);
    if (this.effects[at]++ > 0) this.recorder.commits.add(name, epoch, DUPLICATES);
    if (this.ends[record] === FAILED) this.recorder.commits.add(name, epoch, ORPHANS);
  }

  /** The client of a request learned of no success: what it has effected so far is orphaned. */
  orphaned(call: number, epoch: number): void {
    this.countOrphans(this.ofCall[call], epoch);
  }

  private countOrphans(record: number, epoch: number): void {
    for (let n = 0; n < this.names.length; n++) {
      this.recorder.commits.add(n, epoch, ORPHANS, this.effects[record * this.names.length + n]);
    }
  }

  private take(): number {
    let record = this.free;
    if (record !== NONE) this.free = this.holders[record];
    else {
      if (this.used === this.holders.length) this.grow();
      record = this.used++;
    }
    this.holders[record] = 1;
    this.ends[record] = OPEN;
    const width = this.names.length;
    this.effects.fill(0, record * width, (record + 1) * width);
    return record;
  }

  private letGo(record: number): void {
    if (--this.holders[record] > 0) return;
    this.holders[record] = this.free;
    this.free = record;
  }

  private grow(): void {
    const rows = Math.ceil(this.holders.length * 1.5);
    this.holders = grown(this.holders, new Int32Array(rows));
    this.ends = grown(this.ends, new Uint8Array(rows));
    this.effects = grown(this.effects, new Int32Array(rows * this.names.length));
  }
}

function longer(column: Int32Array<ArrayBuffer>, row: number): Int32Array<ArrayBuffer> {
  return grown(column, new Int32Array(Math.max(row + 1, Math.ceil(column.length * 1.5))));
}

/** The names of all commits of a plan, in the order of the text. */
export function commitNames(plan: Plan): string[] {
  const names = new Set<string>();
  const note = (step: StepPlan): void => {
    if (step.op === 'commit') names.add(step.name);
  };
  for (const { steps } of handlersOf(plan)) eachStep(steps, note);
  return [...names];
}
