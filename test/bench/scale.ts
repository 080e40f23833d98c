import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mebibytes, spread, spreadOf, table } from './figures.js';
import { PLAIN } from './models.js';
import { measured, SCRATCH, SPILLWAY, say } from './processes.js';

/** A scenario that lasts as long as one asks. */
type Lasting = (seconds: number) => string;

/** What a run of a generated scenario took. */
function run(name: string, text: string): { cpuSeconds: number; rssBytes: number | null } {
  const file = join(SCRATCH, `${name}.yaml`);
  writeFileSync(file, text);
  return measured([...SPILLWAY, 'run', file, ...PLAIN]);
}

/** Nanoseconds of CPU a request, as the difference between a short and a long run. */
function marginal(name: string, lasting: Lasting, from: number, to: number, each: number): number {
  const short = run(name, lasting(from));
  const long = run(name, lasting(to));
  return ((long.cpuSeconds - short.cpuSeconds) / ((to - from) * each)) * 1e9;
}

/** `services` of 4 workers at a quarter of their capacity, each with a producer of its own. */
function manyServices(services: number, perSecond: number): Lasting {
  const rate = perSecond / services;
  const meanUs = 1e6 / rate;
  const names = Array.from({ length: services }, (_, at) => `s${at}`);
  return (seconds) => `spillway: 1
title: ${services} services
seed: 1
duration: ${seconds}s
producers:
${names.map((name) => `  p-${name}: { arrivals: { poisson: ${rate}/s }, to: ${name} }`).join('\n')}
services:
${names.map((name) => `  ${name}: { workers: 4, handler: [ { work: { exponential: ${meanUs}us } } ] }`).join('\n')}
`;
}

/** `waiting` requests arrive within the first second, then as many a second as are served. */
function longQueue(waiting: number): Lasting {
  const served = 100_000;
  return (seconds) => `spillway: 1
title: ${waiting} queued
seed: 1
duration: ${seconds}s
producers:
  clients:
    arrivals:
      constant: [ { at: 0s, rate: ${waiting + served}/s }, { at: 1s, rate: ${served}/s } ]
    to: server
services:
  server: { workers: 100, handler: [ { work: { exponential: 1ms } } ] }
`;
}

/** A retry storm; `guarded`: with everything before sending, set so wide that nothing is held back. */
function storm(guarded: boolean): Lasting {
  const guards = `
    deadline: 100s
    bulkhead: { concurrent: 1000000 }
    breaker: { window: 10s, min_calls: 1000000 }`;
  const budget = guarded ? ', budget: { finagle: { percent_can_retry: 1000% } }' : '';
  return (seconds) => `spillway: 1
title: A retry storm
seed: 1
duration: ${seconds}s
producers:
  customers: { arrivals: { poisson: 1200/s }, to: server }
services:
  server: { workers: 10, handler: [ { work: { exponential: 10ms } } ] }
calls:
  "* -> *":
    timeout: 100ms
    retry: { attempts: 4, backoff: none${budget} }${guarded ? guards : ''}
`;
}

/** 10,000 a second into 9,500 a second: 500 more wait each second. */
const bufferIllusion: Lasting = (seconds) => `spillway: 1
title: The buffer illusion
seed: 1
duration: ${seconds}s
producers:
  clients: { arrivals: { poisson: 10000/s }, to: server }
services:
  server: { workers: 95, handler: [ { work: { exponential: 10ms } } ] }
`;

/** 100,000 messages a second into a queue of which one a second is taken. */
const longTopic: Lasting = (seconds) => `spillway: 1
title: A long topic
seed: 1
duration: ${seconds}s
producers:
  clients: { arrivals: { constant: 100000/s }, to: topic }
queues:
  topic: { broker: memory }
services:
  reader: { workers: 1, consumes: topic, handler: [ { work: 1s } ] }
`;

/** Through a queue, or called: 50,000 a second for 100 workers. */
function through(queue: boolean): Lasting {
  const how = queue ? 'consumes: topic, ' : '';
  return (seconds) => `spillway: 1
title: ${queue ? 'Published' : 'Called'}
seed: 1
duration: ${seconds}s
producers:
  clients: { arrivals: { constant: 50000/s }, to: ${queue ? 'topic' : 'reader'} }
${queue ? 'queues: { topic: { broker: memory } }' : ''}
services:
  reader: { workers: 100, ${how}handler: [ { work: 1ms } ] }
`;
}

/** What it costs to publish and deliver, against a call; and bytes a message that waits. */
function benchQueues(rounds: number, seconds: number): void {
  const pairs = Array.from({ length: rounds }, (_, round) => {
    say(`a call against a message: round ${round + 1} of ${rounds}`);
    const cost = (queue: boolean) =>
      marginal(`through-${queue}`, through(queue), 2, 2 + seconds / 5, 50_000);
    return [cost(false), cost(true)] as const;
  });
  const row = [
    'published and delivered',
    spread(spreadOf(pairs.map(([called]) => called)), 0),
    spread(spreadOf(pairs.map(([, published]) => published)), 0),
    spread(spreadOf(pairs.map(([called, published]) => published / called))),
  ];
  console.log(
    `\n${table(['cost a request, ns CPU', 'called', 'through a queue', 'ratio'], [row])}`,
  );
  const waiting = 100_000 * seconds;
  say(`a long topic: ${waiting.toLocaleString('en')} messages at its end`);
  const idle = run('topic-idle', longTopic(1)).rssBytes;
  const full = run('topic-full', longTopic(1 + seconds)).rssBytes;
  tellOfMemory('a waiting message', waiting, idle, full);
}

function tellOfMemory(what: string, waiting: number, idle: number | null, full: number | null) {
  const each = idle && full ? `${((full - idle) / waiting).toFixed(1)} bytes` : 'not measured';
  const head = ['memory', 'idle process', 'peak', what];
  const name = `${waiting.toLocaleString('en')} waiting`;
  console.log(`\n${table(head, [[name, mebibytes(idle), mebibytes(full), each]])}`);
}

/** Cost an event where there are many services, and where a queue is long; bytes a waiting request. */
export function benchScale(rounds: number, quick: boolean): void {
  const shrink = quick ? 10 : 1;
  const rows = [
    compared('services', 10, 10_000 / shrink, rounds, (services) =>
      marginal(`services-${services}`, manyServices(services, 1e6), 1, 3, 1e6),
    ),
    compared('requests queued', 1_000, 10e6 / shrink, rounds, (waiting) =>
      marginal(`queued-${waiting}`, longQueue(waiting), 2, 22, 100_000),
    ),
  ];
  console.log(table(['cost a request, ns CPU', 'at few', 'at many', 'ratio'], rows));
  benchGuards(rounds, quick ? 30 : 300);
  benchWaiting(quick ? 360 : 3600);
  benchQueues(rounds, quick ? 10 : 100);
}

/** One cost at two sizes, in turn, over some rounds. */
function compared(
  what: string,
  few: number,
  many: number,
  rounds: number,
  cost: (size: number) => number,
): string[] {
  const pairs = Array.from({ length: rounds }, (_, round) => {
    say(`${few} against ${many} ${what}: round ${round + 1} of ${rounds}`);
    return [cost(few), cost(many)] as const;
  });
  return [
    `${few.toLocaleString('en')} against ${many.toLocaleString('en')} ${what}`,
    spread(spreadOf(pairs.map(([low]) => low)), 0),
    spread(spreadOf(pairs.map(([, high]) => high)), 0),
    spread(spreadOf(pairs.map(([low, high]) => high / low))),
  ];
}

/** What budget, breaker, bulkhead and deadline together cost an attempt (semantics 8). */
function benchGuards(rounds: number, seconds: number): void {
  const pairs = Array.from({ length: rounds }, (_, round) => {
    say(`a bare storm against a guarded one: round ${round + 1} of ${rounds}`);
    const cost = (guarded: boolean) =>
      marginal(`storm-${guarded}`, storm(guarded), 5, 5 + seconds, 4 * 1200);
    return [cost(false), cost(true)] as const;
  });
  const row = [
    'budget, breaker, bulkhead, deadline',
    spread(spreadOf(pairs.map(([bare]) => bare)), 0),
    spread(spreadOf(pairs.map(([, guarded]) => guarded)), 0),
    spread(spreadOf(pairs.map(([bare, guarded]) => guarded / bare))),
  ];
  console.log(`\n${table(['cost an attempt, ns CPU', 'bare', 'guarded', 'ratio'], [row])}`);
}

function benchWaiting(seconds: number): void {
  const waiting = 500 * seconds;
  say(`the buffer illusion over ${seconds} s: ${waiting.toLocaleString('en')} waiting at its end`);
  const idle = run('idle', bufferIllusion(1)).rssBytes;
  const full = run('full', bufferIllusion(seconds)).rssBytes;
  tellOfMemory('a waiting request', waiting, idle, full);
}
