import type { PolicyResult, RequestStory, SampledRequest } from '../../../study/result.js';
import { own, runSeconds } from '../../input.js';
import type { RunSource } from './exporter.js';
import { nanoseconds, onLanes, requestLanes, type SpanStretch } from './lanes.js';

/** An event of Chrome's trace event format; times are microseconds. */
interface TraceEvent {
  /** M: what something is called; X: a stretch of time; C: a counter; i: a moment. */
  ph: 'M' | 'X' | 'C' | 'i';
  name: string;
  pid: number;
  tid: number;
  ts?: number;
  dur?: number;
  cat?: string;
  /** Of a moment, how far it goes: the thread or the whole process. */
  s?: 't' | 'p';
  args?: Record<string, unknown>;
}

/** Threads of a policy: marks, lanes of faults, lanes of requests. */
const MARKS = 1;
const FAULTS = 10;
const REQUESTS = 100;

/**
 * Chrome's trace event format as JSON, which ui.perfetto.dev and chrome://tracing open: a process a
 * policy, with its series as counters, faults, cascade, scalings and alerts as marks, and sampled
 * requests as slices on lanes.
 */
export async function* trace({ stored }: RunSource): AsyncIterable<string> {
  const { scenario_sha256, seed, title, version, command } = stored;
  const about = { title, seed, version, scenario_sha256, command };
  yield `{"displayTimeUnit":"ms","otherData":${JSON.stringify(about)},\n"traceEvents":[`;
  let gap = '\n';
  for (const [index, [name, policy]] of Object.entries(stored.policies).entries()) {
    const asked = own(stored.request ?? {}, name);
    const requests = requestsOf(own(stored.samples ?? {}, name) ?? [], asked);
    const pid = index + 1;
    for (const event of eventsOf(name, policy, { pid, requests })) {
      yield `${gap}${JSON.stringify(event)}`;
      gap = ',\n';
    }
  }
  yield '\n]}\n';
}

/** Those sampled, and the one that was asked for. */
function requestsOf(
  samples: readonly SampledRequest[],
  asked: RequestStory | undefined,
): SampledRequest[] {
  const isNew = asked !== undefined && samples.every(({ request }) => request !== asked.request);
  const all = isNew ? [...samples, asked] : [...samples];
  return all.filter(({ arrived }) => arrived !== null).sort((a, b) => a.arrived! - b.arrived!);
}

interface Place {
  pid: number;
  requests: readonly SampledRequest[];
}

function* eventsOf(
  name: string,
  policy: PolicyResult,
  { pid, requests }: Place,
): Iterable<TraceEvent> {
  yield meta(pid, 0, 'process_name', { name });
  yield meta(pid, 0, 'process_sort_index', { sort_index: pid });
  const end = runSeconds(policy) || Math.max(0, ...requests.map(({ ended }) => ended ?? 0));
  yield* faults(policy, pid, end);
  yield* marks(policy, pid);
  yield* counters(policy, pid);
  const lanes = requestLanes(requests, end);
  yield* threads(lanes.flat(), { pid, first: REQUESTS, name: 'sampled requests' });
  for (const [index, spans] of lanes.entries()) {
    for (const span of spans) yield slice(span, requests[index]!, pid);
  }
}

/** What the threads of some lanes are called, in their order. */
function* threads(
  stretches: readonly { lane: number }[],
  { pid, first, name }: { pid: number; first: number; name: string },
): Iterable<TraceEvent> {
  const count = Math.max(0, ...stretches.map(({ lane }) => lane + 1));
  for (let lane = 0; lane < count; lane++) {
    yield* thread(pid, first + lane, count > 1 ? `${name} ${lane + 1}` : name);
  }
}

function* thread(pid: number, tid: number, name: string): Iterable<TraceEvent> {
  yield meta(pid, tid, 'thread_name', { name });
  yield meta(pid, tid, 'thread_sort_index', { sort_index: tid });
}

function meta(pid: number, tid: number, name: string, args: object): TraceEvent {
  return { ph: 'M', name, pid, tid, args: { ...args } };
}

/** A span of a request: what it is and where; how it ended, where that is said. */
function slice(stretch: SpanStretch, of: SampledRequest, pid: number): TraceEvent {
  const { fromNs, lane, span, toNs } = stretch;
  const { kind, number, outcome, place, replica, to } = span;
  const args = {
    request: of.request,
    ...(outcome === null ? {} : { outcome }),
    ...(number === undefined ? {} : { number }),
    ...(replica === undefined ? {} : { replica }),
    ...(to === null ? { unfinished: true } : {}),
  };
  const name = kind === 'request' ? `${place}: ${of.fate}` : `${kind} ${place}`;
  const time = { ts: fromNs / 1e3, dur: (toNs - fromNs) / 1e3 };
  return { ph: 'X', name, cat: kind, pid, tid: REQUESTS + lane, ...time, args };
}

/** Faults as stretches of time, on lanes of their own. */
function* faults(policy: PolicyResult, pid: number, end: number): Iterable<TraceEvent> {
  const stretches = policy.faults.map(({ from, set, text, to }) => {
    const cat = set === true ? 'operator' : 'fault';
    const fromNs = nanoseconds(from);
    // A fault for good may come without an end.
    const toNs = Math.max(fromNs, nanoseconds(to < end ? to : end));
    return { text, cat, fromNs, toNs, lane: 0 };
  });
  const placed = onLanes(stretches, () => false);
  yield* threads(placed, { pid, first: FAULTS, name: 'faults' });
  for (const { cat, fromNs, lane, text, toNs } of placed) {
    const time = { ts: fromNs / 1e3, dur: (toNs - fromNs) / 1e3 };
    yield { ph: 'X', name: text, cat, pid, tid: FAULTS + lane, ...time };
  }
}

/** What else happened, as moments. */
function* marks(policy: PolicyResult, pid: number): Iterable<TraceEvent> {
  const { alerts, scalings = [], verdict } = policy;
  const all = [
    ...verdict.cascade.map(({ at, component, text, what }) => {
      return { at, name: text, cat: 'cascade', args: { component, what } };
    }),
    ...scalings.map(({ at, component, text }) => {
      return { at, name: text, cat: 'scaling', args: { component } };
    }),
    ...alerts.map(({ at, component, rule, text, until, value }) => {
      return { at, name: `${rule}: ${text}`, cat: 'alert', args: { component, value, until } };
    }),
  ].sort((a, b) => a.at - b.at);
  if (all.length > 0) yield* thread(pid, MARKS, 'cascade, alerts');
  for (const { at, name, cat, args } of all) {
    const ts = nanoseconds(at) / 1e3;
    yield { ph: 'i', name, cat, pid, tid: MARKS, ts, s: 'p', args };
  }
}

/** A counter keeps its value until the next: what stays the same is not said again. */
function* counters({ series }: PolicyResult, pid: number): Iterable<TraceEvent> {
  for (const [name, values] of Object.entries(series)) {
    if (!Array.isArray(values)) continue;
    // Nothing ever happened there: a flat line at nought would only be in the way.
    if (values.every((value) => value === null || value === 0)) continue;
    let last: number | null = null;
    for (const [index, value] of values.entries()) {
      if (value === null || value === last) continue;
      last = value;
      const ts = nanoseconds(index * series.step) / 1e3;
      yield { ph: 'C', name, pid, tid: 0, ts, args: { value } };
    }
  }
}
