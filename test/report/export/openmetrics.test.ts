import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../src/study/index.js';
import { mustHaveAll, neededProgram, programPath } from '../../machine.js';
import { exported, nastyRun, plainRun } from './run.js';

function promtool(words: string[], input = ''): string {
  const options = { input, encoding: 'utf8', stdio: 'pipe', maxBuffer: 1 << 28 } as const;
  return execFileSync(neededProgram('promtool'), words, options);
}

interface Sample {
  labels: Record<string, string>;
  value: number;
  atMs: number;
}

/** What Prometheus has of it: blocks made by promtool, dumped by promtool. */
function stored(text: string): Sample[] {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-test-'));
  try {
    const [file, data] = [join(folder, 'run.om'), join(folder, 'data')];
    writeFileSync(file, text);
    promtool(['tsdb', 'create-blocks-from', 'openmetrics', file, data]);
    // A database has a log of what is in no block yet: here nothing.
    mkdirSync(join(data, 'wal'), { recursive: true });
    return promtool(['tsdb', 'dump', data])
      .split(/\n(?=\{)/)
      .map(sampleOf);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `{__name__="a", policy="b"} 1.5 60000`, quoted as Go quotes. */
function sampleOf(line: string): Sample {
  const [, labels, value, at] = /^\{(.*)\} (\S+) (\d+)\n?$/s.exec(line)!;
  const pairs = [...labels!.matchAll(/(\w+)=("(?:[^"\\]|\\.)*")/gs)];
  const text = (quoted: string): string =>
    JSON.parse(quoted.replace(/\\x([0-9a-f]{2})/g, '\\u00$1').replace(/\\a/g, '\\u0007')) as string;
  return {
    labels: Object.fromEntries(pairs.map(([, name, quoted]) => [name!, text(quoted!)])),
    value: Number(value),
    atMs: Number(at),
  };
}

const textOf = async (run: RunResult, epochSeconds = 0): Promise<string> =>
  (await exported('a.om', run, { epochSeconds })).toString();

describe.skipIf(programPath('promtool') === undefined && !mustHaveAll)('OpenMetrics', () => {
  it('is taken by promtool, each value at the end of its step', async () => {
    const run = plainRun();
    const samples = stored(await textOf(run));
    const of = (wanted: Record<string, string>) =>
      samples
        .filter(({ labels }) =>
          Object.entries(wanted).every(([name, value]) => labels[name] === value),
        )
        .map(({ atMs, value }) => [atMs, value]);
    const { series } = run.policies['retry-budget']!;
    const depth = series['services.payments-db.queue.depth'] as number[];
    const name = 'spillway_service_queue_depth';
    expect(of({ __name__: name, policy: 'retry-budget', service: 'payments-db' })).toEqual(
      depth.map((value, index) => [(index + 1) * 1000, value]),
    );
    const p99 = run.policies['retry-storm']!.series['latency.p99'] as (number | null)[];
    expect(p99).toContain(null);
    const quantile = { __name__: 'spillway_latency_seconds', quantile: '0.99' };
    expect(of({ ...quantile, policy: 'retry-storm' })).toEqual(
      p99.map((value, index) => [(index + 1) * 1000, value ?? NaN]),
    );
  });

  it('counts what comes by the second, so that a rate gives the series again', async () => {
    const run = plainRun();
    const goodput = run.policies['unbounded']!.series['goodput'] as number[];
    const counts = stored(await textOf(run))
      .filter(({ labels }) => labels['__name__'] === 'spillway_goodput_total')
      .filter(({ labels }) => labels['policy'] === 'unbounded');
    expect(counts).toHaveLength(goodput.length + 1);
    goodput.forEach((rate, index) => {
      expect(counts[index + 1]!.value - counts[index]!.value).toBeCloseTo(rate, 5);
    });
  });

  it('begins at the time that it is told', async () => {
    const samples = stored(await textOf(plainRun(), 1_767_225_600));
    const times = samples.map(({ atMs }) => atMs);
    expect(Math.min(...times)).toBe(1_767_225_600_000);
    expect(Math.max(...times)).toBe(1_767_225_660_000);
    expect(samples.filter(({ labels }) => labels['__name__'] === 'spillway_fault')).toHaveLength(
      4 * 60,
    );
  });

  it('gives every name back as it was', async () => {
    const run = nastyRun();
    const samples = stored(await textOf(run));
    const seen = (label: string) =>
      new Set(samples.flatMap(({ labels }) => (label in labels ? [labels[label]!] : [])));
    expect(seen('policy')).toEqual(new Set(Object.keys(run.policies)));
    const services = Object.keys(run.policies[Object.keys(run.policies)[0]!]!.series)
      .filter((name) => name.startsWith('services.'))
      .map((name) => name.slice('services.'.length).replace(/\.queue\.depth$/, ''));
    // An empty label is none.
    expect(seen('service')).toEqual(new Set(services.filter((name) => name !== '')));
    expect(seen('title')).toEqual(new Set([run.title]));
  });

  it('names its metrics as promtool wants them named', async () => {
    // The linter reads the older format, which has no times, and counters by their full name.
    const lines = (await textOf(plainRun())).split('\n');
    const last = new Map<string, string>();
    for (const line of lines) {
      const bare = line
        .replace(/^(# (?:TYPE|HELP) \w+)(?= .*)/, '$1')
        .replace(/^# UNIT.*|^# EOF/, '')
        .replace(/ [\d.]+$/, (time) => (line.startsWith('#') ? time : ''));
      last.set(line.startsWith('#') ? line : bare.replace(/ \S+$/, ''), bare);
    }
    const counters = lines.flatMap((line) => /^# TYPE (\w+) counter$/.exec(line)?.[1] ?? []);
    const text = [...last.values()]
      .filter((line) => line !== '')
      .map((line) => {
        const [, kind, name] = /^# (TYPE|HELP) (\w+)/.exec(line) ?? [];
        if (kind === undefined) return line;
        const full = counters.includes(name!)
          ? `${name}_total`
          : name === 'spillway_run'
            ? 'spillway_run_info'
            : name;
        return line.replace(` ${name}`, ` ${full}`).replace(/ info$/, ' gauge');
      });
    expect(promtool(['check', 'metrics'], `${text.join('\n')}\n`)).toBe('');
  });
});
