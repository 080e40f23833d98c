import { describe, expect, it } from 'vitest';
import { compile, type Distribution } from '../../src/kernel/distributions.js';
import { openStream, type Source, unit53 } from '../../src/kernel/draws.js';
import { type Actor, Kernel } from '../../src/kernel/kernel.js';
import { type Jitter, jitteredNs, type PlainBackoff } from '../../src/policies/backoff.js';

/**
 * A small world that is no service at all, on the kernel's public face: N clients contend for one
 * row under optimistic concurrency. Each reads it, writes it with the version it read, and where the
 * version has moved on meanwhile waits and starts again. After AWS's "Exponential PlainBackoff And
 * Jitter" (aws-samples/aws-arch-backoff-simulator).
 */
const full = process.env['SPILLWAY_FULL'] === '1';
const MS = 1e6;

const START = 0;
const READ = 1;
const READ_ANSWER = 2;
const WRITE = 3;
const WRITE_ANSWER = 4;

class Contention implements Actor {
  writes = 0;
  doneNs = 0;
  private readonly kernel = new Kernel();
  private readonly hop: Distribution = compile({ kind: 'normal', meanNs: 10 * MS, sdNs: 2 * MS });
  private version = 0;
  private readonly seen: number[];
  private readonly won: boolean[];
  private readonly tries: number[];
  private readonly waits: number[];

  constructor(
    clients: number,
    private readonly backoff: PlainBackoff,
    private readonly jitter: Jitter,
    private readonly source: Source,
  ) {
    const each = <T>(value: T): T[] => Array.from({ length: clients }, () => value);
    this.seen = each(0);
    this.won = each(false);
    this.tries = each(0);
    this.waits = each(0);
    for (let client = 0; client < clients; client++) this.kernel.post(START, client);
    this.kernel.run(1e15, this);
  }

  act(kind: number, client: number): void {
    switch (kind) {
      case START:
        this.send(READ, client);
        break;
      case READ:
        this.seen[client] = this.version;
        this.send(READ_ANSWER, client);
        break;
      case READ_ANSWER:
        this.send(WRITE, client);
        break;
      case WRITE:
        this.writes++;
        this.won[client] = this.seen[client] === this.version;
        if (this.won[client]) this.version++;
        this.send(WRITE_ANSWER, client);
        break;
      case WRITE_ANSWER:
        if (this.won[client]) this.doneNs = this.kernel.now;
        else this.wait(client);
        break;
    }
  }

  private send(kind: number, client: number): void {
    this.kernel.at(this.kernel.now + Math.round(this.hop.sample(this.source)), kind, client);
  }

  private wait(client: number): void {
    const retry = ++this.tries[client]!;
    const before = this.waits[client]!;
    const wait = jitteredNs(this.backoff, this.jitter, retry, before, unit53(this.source));
    this.waits[client] = wait;
    this.kernel.at(this.kernel.now + Math.round(wait), START, client);
  }
}

const CAP = 2000 * MS;
/** AWS's expo(n) = min(cap, base · 2^n) with n from 1 and a base of 5 ms begins at 10 ms. */
const expo: PlainBackoff = { kind: 'exponential', baseNs: 10 * MS, capNs: CAP, factor: 2 };
const decorrelated: PlainBackoff = { kind: 'exponential', baseNs: 5 * MS, capNs: CAP, factor: 2 };

/** [clients, name, backoff, jitter, mean time of the last client in ms, mean number of writes]. */
const CASES: [number, string, PlainBackoff, Jitter, number, number][] = [
  [20, 'no', { kind: 'none' }, 'none', 604, 152],
  [20, 'exponential', expo, 'none', 14412, 150],
  [20, 'equally jittered', expo, 'equal', 1634, 108],
  [20, 'fully jittered', expo, 'full', 1004, 100],
  [20, 'decorrelated', decorrelated, 'decorrelated', 816, 101],
  [100, 'no', { kind: 'none' }, 'none', 2020, 2418],
  [100, 'exponential', expo, 'none', 63412, 1849],
  [100, 'equally jittered', expo, 'equal', 6595, 812],
  [100, 'fully jittered', expo, 'full', 4949, 796],
  [100, 'decorrelated', decorrelated, 'decorrelated', 4626, 1006],
];

/** Trials of a case; fewer in the normal mode, where the interval is wider by the mean's error. */
const trialsOf = (clients: number): number => (full ? 3000 : clients === 20 ? 300 : 60);

function meanAndError(samples: readonly number[]): { mean: number; error: number } {
  const mean = samples.reduce((a, b) => a + b, 0) / samples.length;
  const squares = samples.reduce((sum, x) => sum + (x - mean) * (x - mean), 0);
  return { mean, error: Math.sqrt(squares / (samples.length - 1) / samples.length) };
}

describe('clients that contend for one row', () => {
  it.each(CASES)('%d of them with %s backoff', (clients, name, backoff, jitter, timeMs, writes) => {
    const trials = Array.from({ length: trialsOf(clients) }, (_, i) => {
      return new Contention(clients, backoff, jitter, openStream(`${i}`, name, `${clients}`));
    });
    const time = meanAndError(trials.map(({ doneNs }) => doneNs / MS));
    const count = meanAndError(trials.map((trial) => trial.writes));
    const slack = full ? 0 : 3;
    expect(Math.abs(time.mean - timeMs)).toBeLessThan(0.03 * timeMs + slack * time.error);
    expect(Math.abs(count.mean - writes)).toBeLessThan(0.03 * writes + slack * count.error);
  });

  it('the same seed gives the same trial, another one another', () => {
    const trial = (seed: string) => {
      const { doneNs, writes } = new Contention(20, expo, 'full', openStream(seed, 'a', 'b'));
      return { doneNs, writes };
    };
    expect(trial('1')).toEqual(trial('1'));
    expect(trial('1')).not.toEqual(trial('2'));
  });
});
