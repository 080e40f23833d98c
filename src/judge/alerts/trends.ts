/** The values of the last seconds of one subject; NaN where a second had none. */
export class Past {
  private readonly ring: Float64Array;
  private next = 0;

  constructor(seconds: number) {
    this.ring = new Float64Array(seconds).fill(NaN);
  }

  push(value: number): void {
    this.ring[this.next] = value;
    this.next = (this.next + 1) % this.ring.length;
  }

  /** The least of `seconds` values, `ago` seconds back; NaN where one is not known. */
  least(seconds: number, ago: number): number {
    return Math.min(...this.values(seconds, ago));
  }

  /** The greatest, likewise. */
  most(seconds: number, ago: number): number {
    return Math.max(...this.values(seconds, ago));
  }

  private values(seconds: number, ago: number): number[] {
    const { length } = this.ring;
    return Array.from({ length: seconds }, (_, i) => {
      return this.ring[(this.next - ago - 1 - i + 2 * length) % length];
    });
  }

  /** The mean of `seconds` values, `ago` seconds back; NaN where fewer than half are there. */
  mean(seconds: number, ago: number): number {
    const { length } = this.ring;
    let sum = 0;
    let known = 0;
    for (let back = ago + 1; back <= ago + seconds; back++) {
      const value = this.ring[(this.next - back + length) % length];
      if (value !== value) continue;
      sum += value;
      known++;
    }
    return known > 0 && known * 2 >= seconds ? sum / known : NaN;
  }
}

/** The moments at which something happened to one subject, as many as are asked about. */
export class Moments {
  private readonly ring: Float64Array;
  private next = 0;

  constructor(times: number) {
    this.ring = new Float64Array(times).fill(-Infinity);
  }

  push(atNs: number): void {
    this.ring[this.next] = atNs;
    this.next = (this.next + 1) % this.ring.length;
  }

  /** When the last so many of them began; -Infinity where there were not so many. */
  get firstNs(): number {
    return this.ring[this.next];
  }
}
