import type { Kernel } from '../kernel/kernel.js';
import { Fingerprint } from '../measure/fingerprint.js';
import { Attempts, HI, type Keeps, LO, ROW } from './attempts.js';
import type { Brokers } from './brokers/brokers.js';
import { M_HI, M_LO, Messages } from './brokers/messages.js';
import type { Calls } from './calls.js';
import type { Program } from './program.js';
import type { Sending } from './sending.js';
import type { Services } from './services.js';

const NONE = -1;

/** What a witness may look at. */
export interface SeenWorld {
  readonly kernel: Kernel;
  readonly program: Program;
  readonly attempts: Attempts;
  readonly calls: Calls;
  readonly sending: Sending;
  readonly services: Services;
  readonly brokers: Brokers | null;
}

/**
 * Sees every fact of a run at the moment at which it happens, and which rows are whose, for those who
 * tell its story. It may look at the world and must not touch it. A run that nobody sees pays nothing:
 * the parts that a witness hears from are others then.
 */
export interface Witness {
  /** The world is set up, and nothing has happened. */
  begins(world: SeenWorld): void;
  /** As the fingerprint has it: a kind, and an identity of two words. */
  fact(kind: number, hi: number, lo: number): void;
  /** A row is taken, and filled before the next fact; the last who held it has let go. */
  tookAttempt(row: number): void;
  leftAttempt(row: number): void;
  tookMessage(row: number): void;
}

/** A fingerprint whose facts somebody sees. */
export class SeenFingerprint extends Fingerprint {
  constructor(
    clock: Float64Array,
    private readonly witness: Witness,
  ) {
    super(clock);
  }

  override fact(kind: number, hi: number, lo: number): void {
    super.fact(kind, hi, lo);
    this.witness.fact(kind, hi, lo);
  }
}

export class SeenAttempts extends Attempts {
  constructor(
    keeps: Keeps,
    private readonly witness: Witness,
  ) {
    super(keeps);
  }

  override take(): number {
    const row = super.take();
    this.witness.tookAttempt(row);
    return row;
  }

  override letGo(row: number): void {
    super.letGo(row);
    if (this.isFree(row)) this.witness.leftAttempt(row);
  }
}

export class SeenMessages extends Messages {
  constructor(private readonly witness: Witness) {
    super();
  }

  override take(nowNs: number, queue: number, origin: number, epoch: number): number {
    const row = super.take(nowNs, queue, origin, epoch);
    this.witness.tookMessage(row);
    return row;
  }
}

/** Which row has a key: of attempts, or of messages. */
export class RowsByKey {
  private readonly rows = new Map<number, number>();
  /** What was found last: most facts come in pairs about one row. */
  private last = NONE;
  private fresh: number[] = [];

  constructor(
    private readonly hiOf: (row: number) => number,
    private readonly loOf: (row: number) => number,
    private readonly known: (row: number) => void = () => undefined,
  ) {}

  /** `known` is told of each row when its key is there, before anybody finds it. */
  static ofAttempts(attempts: Attempts, known: (row: number) => void): RowsByKey {
    return new RowsByKey(
      (row) => attempts.words[row * ROW + HI],
      (row) => attempts.words[row * ROW + LO],
      known,
    );
  }

  static ofMessages(messages: Messages): RowsByKey {
    return new RowsByKey(
      (row) => messages.get(row, M_HI),
      (row) => messages.get(row, M_LO),
    );
  }

  /** A row is taken; what its key is, is looked at when somebody asks next. */
  took(row: number): void {
    this.fresh.push(row);
  }

  /** A row is free, its key still in it. */
  left(row: number): void {
    this.settle();
    if (row === this.last) this.last = NONE;
    const key = keyNumber(this.hiOf(row), this.loOf(row));
    if (this.rows.get(key) === row) this.rows.delete(key);
  }

  /** The row with a key, -1 for none. */
  find(hi: number, lo: number): number {
    this.settle();
    const { last } = this;
    if (last !== NONE && this.hiOf(last) === hi && this.loOf(last) === lo) return last;
    const row = this.rows.get(keyNumber(hi, lo)) ?? NONE;
    this.last = row;
    // Two keys may share a number, once in 2^53.
    return row !== NONE && this.hiOf(row) === hi && this.loOf(row) === lo ? row : NONE;
  }

  private settle(): void {
    if (this.fresh.length === 0) return;
    const { fresh } = this;
    this.fresh = [];
    for (const row of fresh) {
      this.rows.set(keyNumber(this.hiOf(row), this.loOf(row)), row);
      this.known(row);
    }
  }
}

/** 53 bits of a key. */
export function keyNumber(hi: number, lo: number): number {
  return (hi >>> 0) * 0x200000 + (lo >>> 11);
}
