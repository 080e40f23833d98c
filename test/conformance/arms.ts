import { type Breaker, CLOSED, HALF_OPEN, OPEN } from '../../src/policies/breaker.js';
import { GO, WAIT } from '../../src/policies/guard.js';
import { settled } from './fake-clock.js';

/** What happens at one step, in both arms. */
export interface Step {
  /** Milliseconds since the last step. */
  afterMs: number;
  /** A call comes, or one that is out ends. */
  what: 'call' | 'ok' | 'fail';
  /** Which of those that are out. */
  which: number;
}

/** What became of a call. */
export type Fate = 'out' | 'waits' | 'refused' | 'ended';

const MS = 1e6;

/** Calls by a breaker of ours, that ends calls at their timeout and has so many places. */
export class OurArm {
  readonly fates: Fate[] = [];
  private readonly tokens: number[] = [];
  private readonly sinceMs: number[] = [];
  private line: number[] = [];

  constructor(
    private readonly breaker: Breaker,
    private readonly timeoutMs = Infinity,
    private readonly places = Infinity,
  ) {}

  /** What its timers have done by a moment. */
  goTo(ms: number): void {
    for (;;) {
      const first = this.firstOut();
      if (first < 0 || this.dueMs(first) > ms) break;
      this.end(first, this.dueMs(first), 'timeout');
    }
    this.breaker.turn(ms * MS);
  }

  call(ms: number): void {
    this.fates.push('waits');
    this.tokens.push(-1);
    this.sinceMs.push(ms);
    this.line.push(this.fates.length - 1);
    this.letIn(ms);
  }

  end(call: number, ms: number, how: 'ok' | 'error' | 'timeout'): void {
    this.fates[call] = 'ended';
    const took = (ms - this.sinceMs[call]!) * MS;
    this.breaker.ended(ms * MS, how, took, this.tokens[call]!);
    this.letIn(ms);
  }

  get state(): string {
    return nameOf(this.breaker.state);
  }

  private letIn(ms: number): void {
    while (this.line.length > 0) {
      const answer = this.breaker.ask(ms * MS, 0.5);
      if (answer === WAIT) return;
      const call = this.line.shift()!;
      if (answer !== GO) this.fates[call] = 'refused';
      else if (this.fates.filter((fate) => fate === 'out').length >= this.places) {
        this.fates[call] = 'refused';
        this.breaker.stopped(ms * MS, 'bulkhead_full', this.breaker.token);
      } else {
        this.fates[call] = 'out';
        this.tokens[call] = this.breaker.token;
        this.sinceMs[call] = ms;
      }
    }
  }

  private firstOut(): number {
    return this.fates.indexOf('out');
  }

  private dueMs(call: number): number {
    return this.sinceMs[call]! + this.timeoutMs;
  }
}

/** Calls by a library's breaker. */
export class LibraryArm {
  readonly fates: Fate[] = [];
  private readonly ends: { ok: (value: unknown) => void; fail: (error: Error) => void }[] = [];

  constructor(
    private readonly run: (action: () => Promise<unknown>) => Promise<unknown>,
    private readonly stateOf: () => string,
  ) {}

  async call(): Promise<void> {
    const call = this.fates.length;
    this.fates.push('waits');
    const action = () => {
      this.fates[call] = 'out';
      return new Promise((ok, fail) => {
        this.ends[call] = { ok, fail };
      });
    };
    this.run(action).then(
      () => {
        this.fates[call] = 'ended';
      },
      () => {
        this.fates[call] = this.fates[call] === 'out' ? 'ended' : 'refused';
      },
    );
    await settled();
  }

  async end(call: number, isOk: boolean): Promise<void> {
    const { ok, fail } = this.ends[call]!;
    if (isOk) ok(null);
    else fail(new Error('failed'));
    await settled();
  }

  get state(): string {
    return this.stateOf();
  }
}

/** Does a sequence of steps in both arms; what they first differ in, or null. */
export async function difference(
  steps: readonly Step[],
  ours: OurArm,
  theirs: LibraryArm,
  goTo: (ms: number) => Promise<void>,
): Promise<string | null> {
  let ms = 0;
  for (const [number, { afterMs, what, which }] of steps.entries()) {
    ms += afterMs;
    await goTo(ms);
    ours.goTo(ms);
    const out = ours.fates.flatMap((fate, call) => (fate === 'out' ? [call] : []));
    if (what === 'call' || out.length === 0) {
      ours.call(ms);
      await theirs.call();
    } else {
      const call = out[which % out.length]!;
      ours.end(call, ms, what === 'ok' ? 'ok' : 'error');
      await theirs.end(call, what === 'ok');
    }
    const [here, there] = [ours, theirs].map(({ state, fates }) => `${state} ${fates.join(' ')}`);
    if (here !== there) return `step ${number} at ${ms} ms: ours ${here}, theirs ${there}`;
  }
  return null;
}

function nameOf(state: number): string {
  return { [CLOSED]: 'closed', [OPEN]: 'open', [HALF_OPEN]: 'half open' }[state] ?? 'unknown';
}
