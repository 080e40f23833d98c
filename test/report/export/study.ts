import type { ExportSource } from '../../../src/report/export/index.js';
import type { SweepResult, SweepRow } from '../../../src/study/result.js';

const METRICS = ['goodput', 'goodput_ratio', 'latency.p99'];

/** A row as a run might have given it; numbers that are hard to write. */
function row(index: number): SweepRow {
  const policy = index % 2 === 0 ? 'a, "b"' : 'c\r\nd';
  const load = [0.1, 1 / 3, 2][Math.floor(index / 4)]!;
  const recovers = index % 3 !== 0;
  return {
    index,
    where: { load, 'faults.0.for': index % 4 < 2 ? '1s' : '10s' },
    policy,
    replication: 1,
    replications: 1,
    seed: '42',
    fingerprint: `f${index}`,
    events: 2 ** 52 + index,
    verdict: {
      is: recovers ? 'recovered' : null,
      recovered: recovers ? true : null,
      recovery_time: recovers ? 0.1 + 0.2 : null,
      contained: false,
      first_saturated: recovers ? 'desk' : null,
      deadlock: null,
    },
    ...(index === 5 ? { stopped: 'memory is full' } : {}),
    ...(index === 6 ? { lower_bounds: ['latency.p50', 'latency.p99'] } : {}),
    ledger: {
      offered: 10,
      good: 9,
      late: 0,
      degraded: 0,
      failed: index === 2 ? { timeout: 1 } : {},
      unfinished: 0,
    },
    metrics: {
      goodput: 1e21 / 3,
      goodput_ratio: index % 5 === 0 ? null : 5e-324,
      ...(index > 7 ? { 'latency.p99': 0.1 } : {}),
    },
  };
}

/** Twelve rows over two axes and two policies, some figures of which come late. */
export function study(): ExportSource & { all: SweepRow[] } {
  const all = Array.from({ length: 12 }, (_, index) => row(index));
  const result: SweepResult = {
    spillway: 1,
    study: 'sweep',
    version: '0',
    title: 'Ünïcödé \u2028 title',
    seed: '42',
    scenario_sha256: 'abc',
    replications: 1,
    axes: [
      { path: 'load', values: [0.1, 1 / 3, 2] },
      { path: 'faults.0.for', values: ['1s', '10s'] },
    ],
    policies: ['a, "b"', 'c\r\nd'],
    units: { goodput: 'per_second', goodput_ratio: 'share', 'latency.p99': 'seconds' },
    partial: false,
    runs: 12,
    cells: [
      {
        where: { load: 0.1, 'faults.0.for': '1s' },
        policies: {
          'a, "b"': {
            replications: 1,
            verdicts: { none: 1 },
            metrics: { goodput: 1 },
            intervals: {},
          },
        },
      },
    ],
  };
  return {
    all,
    result,
    names: { metrics: METRICS, reasons: ['timeout'] },
    async *rows() {
      for (const one of all) yield structuredClone(one);
    },
  };
}

/** What an exporter writes, as one. */
export async function bytesOf(chunks: AsyncIterable<string | Uint8Array>): Promise<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk as string));
  return new Uint8Array(Buffer.concat(parts)).buffer;
}
