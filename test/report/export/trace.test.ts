import { beforeAll, describe, expect, it } from 'vitest';
import { onLanes, requestLanes } from '../../../src/report/export/run/lanes.js';
import { loadScenario } from '../../../src/scenario/index.js';
import { type RunResult, runScenario, sampledRequests } from '../../../src/study/index.js';
import { SMALL } from '../../cli/spillway.js';
import { exported, nastyRun, plainRun } from './run.js';

/**
 * What the trace event format asks of each event (Google, "Trace Event Format", 2016; the document
 * that chromium's catapult and Perfetto's JSON importer name as theirs).
 */
interface TraceEvent {
  ph: string;
  name: string;
  pid: number;
  tid: number;
  ts?: number;
  dur?: number;
  s?: string;
  cat?: string;
  args?: Record<string, unknown>;
}

interface Trace {
  displayTimeUnit: string;
  otherData: object;
  traceEvents: TraceEvent[];
}

const traceOf = async (run: RunResult): Promise<Trace> =>
  JSON.parse((await exported('a.trace.json', run)).toString()) as Trace;

const META = ['process_name', 'process_sort_index', 'thread_name', 'thread_sort_index'];

/** Throws where an event is none of the format. */
function check({ displayTimeUnit, traceEvents }: Trace): void {
  expect(displayTimeUnit).toBe('ms');
  const time = (value: unknown): void => {
    expect(Number.isFinite(value)).toBe(true);
    expect(value).toBeGreaterThanOrEqual(0);
  };
  for (const { args, cat, dur, name, ph, pid, s, tid, ts } of traceEvents) {
    expect(typeof name).toBe('string');
    expect([Number.isInteger(pid), Number.isInteger(tid)]).toEqual([true, true]);
    if (ph === 'M') {
      expect(META).toContain(name);
      const value = name.endsWith('_name') ? args!['name'] : args!['sort_index'];
      expect(typeof value).toBe(name.endsWith('_name') ? 'string' : 'number');
      continue;
    }
    time(ts);
    if (ph === 'C') time(args!['value']);
    else expect(typeof cat).toBe('string');
    if (ph === 'X') time(dur);
    else if (ph === 'i') expect(s).toBe('p');
    else expect(ph).toBe('C');
  }
}

/** Slices of one thread lie inside or behind each other: else viewers put them elsewhere. */
function checkNesting({ traceEvents }: Trace): void {
  const open = new Map<string, TraceEvent[]>();
  for (const event of traceEvents.filter(({ ph }) => ph === 'X').toSorted(around)) {
    const thread = `${event.pid} ${event.tid}`;
    const stack = open.get(thread) ?? [];
    open.set(thread, stack);
    while (stack.length > 0 && endNs(stack.at(-1)!) <= ns(event.ts!)) stack.pop();
    if (stack.length > 0) expect(endNs(event)).toBeLessThanOrEqual(endNs(stack.at(-1)!));
    stack.push(event);
  }
}

const ns = (microseconds: number): number => Math.round(microseconds * 1e3);
const endNs = ({ dur, ts }: TraceEvent): number => ns(ts!) + ns(dur!);
const around = (a: TraceEvent, b: TraceEvent): number => a.ts! - b.ts! || b.dur! - a.dur!;

const BROKER = `spillway: 1
title: Two producers, one through a queue
seed: 42
duration: 20s
warmup: 2s
objective: { latency: 1s }
producers:
  web: { arrivals: { poisson: 20/s }, to: desk }
  batch: { arrivals: { poisson: 20/s }, to: jobs }
queues:
  jobs: { broker: rabbitmq }
services:
  desk: { workers: 2, handler: [ { work: { exponential: 20ms } } ] }
  worker: { workers: 2, consumes: jobs, prefetch: 5, handler: [ { work: { exponential: 20ms } } ] }
`;

async function ran(text: string): Promise<RunResult> {
  const { scenario } = loadScenario({ text, file: 'a.yaml' });
  const options = { version: '0', scenarioSha256: '', memoryLimitBytes: 1e9 };
  const result = await runScenario(scenario!, options);
  const runs = Object.entries(result.policies).map(([policy, { replications }]) => {
    return { scenario: scenario!, policy, name: policy, seed: replications[0]!.seed };
  });
  const samples = await sampledRequests(runs, { memoryLimitBytes: 1e9 });
  return { ...result, samples: samples! };
}

describe('sampled requests', () => {
  let run: RunResult;
  beforeAll(async () => {
    run = await ran(SMALL);
  });

  it('are spread over the run, fifty under each policy, and are the run’s own', () => {
    for (const samples of Object.values(run.samples!)) {
      expect(samples).toHaveLength(50);
      samples.forEach(({ arrived, fate, spans }, index) => {
        expect(Math.floor(arrived! / 1.2)).toBe(index);
        expect(spans[0]!.kind).toBe('request');
        expect(fate).not.toBe('never arrives');
      });
    }
    const [one, other] = Object.values(run.samples!).map((all) =>
      all.map(({ request, arrived }) => [request, arrived]),
    );
    // The same requests come under every policy.
    expect(one).toEqual(other);
  });

  it('are the same stories as are told one by one', async () => {
    const { scenario } = loadScenario({ text: SMALL, file: 'a.yaml' });
    const { storyOfScenario } = await import('../../../src/study/index.js');
    const wanted = run.samples!['retry-storm']![20]!;
    const options = { seed: '42', memoryLimitBytes: 1e9, request: wanted.request };
    const story = await storyOfScenario({ scenario: scenario!, policy: 'retry-storm' }, options);
    const { lines: _, ...sample } = story!;
    expect(wanted).toEqual(sample);
  });

  it('make slices that nest, each span one of them', async () => {
    const trace = await traceOf(run);
    check(trace);
    checkNesting(trace);
    const slices = trace.traceEvents.filter(({ ph, tid }) => ph === 'X' && tid >= 100);
    const spans = Object.values(run.samples!).flatMap((all) => all.flatMap((one) => one.spans));
    expect(slices).toHaveLength(spans.length);
    const told = Object.values(run.samples!)[1]![30]!;
    const root = slices.find(
      ({ pid, name }) => pid === 2 && name === `${told.request}: ${told.fate}`,
    )!;
    expect(ns(root.ts!)).toBe(Math.round(told.arrived! * 1e9));
    expect(ns(root.dur!)).toBe(Math.round((told.ended! - told.arrived!) * 1e9));
  });

  it('draw what never ended for as long as somebody waited for it', () => {
    const span = (id: number, parent: number | null, from: number, to: number | null) =>
      ({ id, parent, kind: 'try', place: '', from, to, outcome: null }) as const;
    const spans = [span(0, null, 1, 5), span(1, 0, 1, 2), span(2, 1, 1.5, null)];
    const common = { request: 'a', fate: 'good', arrived: 1, latency: 4 };
    const [ended] = requestLanes([{ ...common, ended: 5, spans }], 60);
    expect(ended!.map(({ lane, toNs }) => [lane, toNs / 1e9])).toEqual([
      [0, 5],
      [0, 2],
      [0, 2],
    ]);
    const open = [span(0, null, 1, null), span(1, 0, 1, null)];
    const [never] = requestLanes([{ ...common, ended: null, spans: open }], 60);
    expect(never!.map(({ toNs }) => toNs / 1e9)).toEqual([60, 60]);
  });

  it('come of every producer in turn, and of brokers too', async () => {
    const broker = await ran(BROKER);
    const trace = await traceOf(broker);
    check(trace);
    checkNesting(trace);
    const kinds = new Set(trace.traceEvents.map(({ cat }) => cat));
    expect(kinds).toContain('message');
    expect(kinds).toContain('delivery');
    const [samples] = Object.values(broker.samples!);
    const producers = samples!.map(({ request }) => request.split('/')[0]);
    expect(producers.filter((name) => name === 'web').length).toBeGreaterThan(15);
    expect(producers.filter((name) => name === 'batch').length).toBeGreaterThan(15);
  });
});

describe('a trace', () => {
  it('has a process a policy with its series, faults, cascade and alerts', async () => {
    const run = plainRun();
    const trace = await traceOf(run);
    check(trace);
    const names = trace.traceEvents.filter(({ name }) => name === 'process_name');
    expect(names.map(({ args }) => args!['name'])).toEqual(Object.keys(run.policies));
    const of = (wanted: string) => trace.traceEvents.filter(({ cat }) => cat === wanted);
    expect(of('fault')).toHaveLength(4);
    expect(of('fault')[0]).toMatchObject({ name: 'payments-db slow ×22.5', ts: 60e6 });
    expect(of('cascade')).toHaveLength(8);
    const goodput = trace.traceEvents.filter(
      ({ name, ph, pid }) => ph === 'C' && pid === 1 && name === 'goodput',
    );
    expect(goodput.map(({ args, ts }) => [ts! / 1e6, args!['value']])).toEqual(
      (run.policies['unbounded']!.series['goodput'] as number[]).map((value, at) => [at, value]),
    );
  });

  it('takes every name as it is', async () => {
    const run = nastyRun();
    const trace = await traceOf(run);
    check(trace);
    checkNesting(trace);
    const names = new Set(trace.traceEvents.map(({ name }) => name));
    for (const { text } of Object.values(run.policies)[0]!.faults) expect(names).toContain(text);
    const about = { title: run.title, seed: run.seed, version: run.version };
    expect(trace.otherData).toMatchObject(about);
  });

  it('puts on one lane only what lies behind, or inside what holds it', () => {
    const at = (fromNs: number, toNs: number) => ({ fromNs, toNs, lane: 0 });
    const lanes = (of: ReturnType<typeof at>[], holds: boolean) =>
      onLanes(of, () => holds).map(({ lane }) => lane);
    expect(lanes([at(0, 10), at(2, 8), at(3, 4), at(5, 8)], true)).toEqual([0, 0, 0, 0]);
    expect(lanes([at(0, 10), at(2, 12), at(11, 13)], true)).toEqual([0, 1, 0]);
    expect(lanes([at(0, 10), at(2, 8), at(10, 12)], false)).toEqual([0, 1, 0]);
  });
});
