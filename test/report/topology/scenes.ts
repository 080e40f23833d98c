import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadScenario, planFor } from '../../../src/index.js';
import type { ReportInput } from '../../../src/report/index.js';
import type { Topology } from '../../../src/study/result.js';
import { topologyOf } from '../../../src/study/topology.js';
import { fixtureInput } from '../fixture.js';

const FOLDER = fileURLToPath(new URL('../../../scenarios/', import.meta.url));

/** Every scenario that ships. */
export const SHIPPED = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .sort();

/** What calls what in a shipped scenario, under each of its policies. */
export function shippedTopologies(name: string): Topology[] {
  const { scenario } = loadScenario({ text: readFileSync(FOLDER + name, 'utf8'), file: name });
  if (scenario === null) throw new Error(`${name} does not load`);
  return scenario.policies.map((policy) => topologyOf(planFor(scenario, policy.name)));
}

/** The shop of the fixture as a system: gateway, checkout, two below it, and a queue. */
export function shopTopology(names: Record<string, string> = {}): Topology {
  const named = (name: string): string => names[name] ?? name;
  const service = { replicas: 2, workers: 30, capacity: null };
  const edge = (from: string, to: string, kind: Topology['edges'][number]['kind']) => ({
    name: `${named(from)} -> ${named(to)}`,
    from: named(from),
    to: named(to),
    kind,
  });
  return {
    nodes: [
      { name: named('shoppers'), kind: 'producer' },
      { name: named('gateway'), kind: 'service', ...service, memory: 2 ** 30 },
      { name: named('checkout'), kind: 'service', ...service, replicas: 1 },
      { name: named('payments-db'), kind: 'service', replicas: 1, workers: 50, capacity: 100 },
      { name: named('stock'), kind: 'service', replicas: 1, workers: null, capacity: null },
      { name: named('mails'), kind: 'queue', broker: 'kafka', capacity: null },
    ],
    edges: [
      edge('shoppers', 'gateway', 'call'),
      edge('gateway', 'checkout', 'call'),
      edge('checkout', 'payments-db', 'call'),
      edge('checkout', 'stock', 'call'),
      edge('checkout', 'mails', 'publish'),
      edge('mails', 'gateway', 'consume'),
    ],
  };
}

/** The report's fixture with a topology, and with series for all of it. */
export function shopInput(names: Record<string, string> = {}): ReportInput {
  const named = (name: string): string => names[name] ?? name;
  const input = fixtureInput();
  for (const [index, policy] of Object.values(input.result.policies).entries()) {
    const topology = shopTopology(names);
    const { series } = policy;
    const each = (value: (second: number) => number): number[] =>
      Array.from({ length: 300 }, (_, second) => value(second));
    const isBad = (second: number): boolean => second >= 60 && (second < 120 || index === 2);
    for (const { name, kind } of topology.nodes) {
      const prefix = `services.${name}.`;
      if (kind === 'producer') continue;
      if (kind === 'queue') {
        Object.assign(series, {
          [`queues.${name}.depth`]: each(() => 0),
          [`queues.${name}.lag`]: each((second) => second * 3),
        });
        continue;
      }
      const depth = series[`services.${name}.queue.depth`] ?? each((s) => (isBad(s) ? s * 9 : 2));
      Object.assign(series, {
        [`${prefix}${name === named('stock') ? 'none' : 'utilization'}`]: each((second) =>
          isBad(second) ? 1 : 0.4,
        ),
        [`${prefix}in_flight`]: each(() => 12),
        [`${prefix}in_rotation`]: each((second) => (second === 90 ? 0 : 1)),
        [`${prefix}queue.depth`]: depth,
        [`${prefix}memory`]: each((second) => (isBad(second) ? 0.9 : 0.3) * 2 ** 30),
      });
    }
    for (const { name } of topology.edges) {
      Object.assign(series, {
        [`calls.${name}.attempts`]: each((second) => (isBad(second) ? 3600 : 900)),
        [`calls.${name}.retries`]: each((second) => (isBad(second) ? 2700 : 0)),
      });
    }
    series[`calls.${topology.edges[0]!.name}.breaker`] = each((second) =>
      index === 3 && isBad(second) ? 1 : 0,
    );
    policy.verdict = structuredClone(policy.verdict);
    for (const entry of policy.verdict.cascade) entry.component = named(entry.component);
    policy.faults = [
      { from: 60, to: 120, text: 'payments-db slow ×22.5', on: [named('payments-db')] },
      {
        from: 70,
        to: 80,
        text: 'latency + 200 ms',
        on: [`${named('gateway')} -> ${named('checkout')}`],
      },
    ];
    policy.topology = topology;
  }
  return input;
}
