import { formatIssue, loadScenario, runScenario } from '../../src/index.js';
import * as math from '../../src/kernel/math.js';
import { SCENARIOS } from './scenarios.js';

/**
 * What is compared between platforms: a JSON text of named hashes. It is bundled into one script
 * and evaluated under every supported Node and in Chromium, so it may use nothing of either.
 */
export async function hashes(values = 1_000_000): Promise<string> {
  const told: Record<string, string> = {};
  for (const [name, of] of Object.entries(math).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (typeof of !== 'function') continue;
    told[`kernel/math.${name}`] = hashOf(of as (...arguments_: number[]) => number, name, values);
  }
  for (const [name, text] of Object.entries(SCENARIOS)) {
    Object.assign(told, await fingerprintsOf(name, text));
  }
  return JSON.stringify(told);
}

/** The engine's own fingerprint of each policy, and a hash of every letter of the result. */
async function fingerprintsOf(name: string, text: string): Promise<Record<string, string>> {
  const { scenario, issues } = loadScenario({ text, file: `${name}.yaml` });
  if (scenario === null) throw new Error(issues.map(formatIssue).join('\n'));
  const options = { version: '0', scenarioSha256: '', memoryLimitBytes: 1e9 };
  const result = await runScenario(scenario, options);
  const told: Record<string, string> = {};
  for (const [policy, { fingerprint }] of Object.entries(result.policies)) {
    told[`${name} under ${policy}`] = fingerprint;
  }
  const hash = new Hash();
  const letters = JSON.stringify(result);
  for (let at = 0; at < letters.length; at++) hash.add(letters.charCodeAt(at));
  told[`${name}, the whole result`] = hash.hex();
  return told;
}

/** Where the arguments lie: [from, to) or, for what spans magnitudes, powers of two. */
type Range = { from: number; to: number } | { exponents: [number, number] };

const RANGES: Record<string, Range[]> = {
  log: [{ exponents: [-1074, 1023] }],
  log1p: [{ from: -1, to: 100 }],
  exp: [{ from: -750, to: 710 }],
  pow: [{ exponents: [-40, 40] }, { from: -25, to: 25 }],
  sin: [{ from: -1000, to: 1000 }],
  cos: [{ from: -1000, to: 1000 }],
};
const ELSEWHERE: Range = { from: 0, to: 10 };

/** The hash of many values of a function, at arguments that suit the function of this name. */
export function hashOf(
  of: (...arguments_: number[]) => number,
  name: string,
  values: number,
): string {
  const ranges = RANGES[name] ?? Array.from({ length: of.length }, () => ELSEWHERE);
  const draws = new Draws(1);
  const hash = new Hash();
  const near = ranges.map((range) => drawIn(range, draws));
  for (let i = 0; i < values; i++) {
    // One argument changes at a time: every value is new and few draws are thrown away.
    near[i % near.length] = drawIn(ranges[i % near.length]!, draws);
    hash.add(of(...near));
  }
  return hash.hex();
}

function drawIn(range: Range, draws: Draws): number {
  if ('from' in range) return range.from + (range.to - range.from) * draws.share();
  const [low, high] = range.exponents;
  // Built from its bits, since no power may be taken of the platform.
  const exponent = low + Math.floor((high - low) * draws.share());
  let value = 1 + draws.share();
  for (let left = Math.abs(exponent); left > 0; left--) value *= exponent < 0 ? 0.5 : 2;
  return value;
}

/** Two multiplications and shifts a draw (murmur3's finaliser over a counter): 53 bits of two. */
class Draws {
  constructor(private counter: number) {}

  share(): number {
    return (this.bits() * 0x200000 + (this.bits() >>> 11)) / 0x20000000000000;
  }

  private bits(): number {
    this.counter = (this.counter + 0x9e3779b9) | 0;
    let x = this.counter;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return (x ^ (x >>> 16)) >>> 0;
  }
}

/** FNV-1a over the words of doubles, in two lanes of different factors. */
class Hash {
  private readonly double = new Float64Array(1);
  private readonly words = new Uint32Array(this.double.buffer);
  private low = 0x811c9dc5;
  private high = 0x050c5d1f;

  add(value: number): void {
    this.double[0] = value;
    for (const word of this.words) {
      this.low = Math.imul(this.low ^ word, 0x01000193);
      this.low ^= this.low >>> 15;
      this.high = Math.imul(this.high ^ word, 0x85ebca6b);
      this.high ^= this.high >>> 13;
    }
  }

  hex(): string {
    const lanes = [this.low, this.high].map((lane) => (lane >>> 0).toString(16).padStart(8, '0'));
    return lanes.join('');
  }
}
