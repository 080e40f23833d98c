import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadScenario, planFor, runScenario, type Scenario } from '../../src/index.js';
import type { RunResult, Topology } from '../../src/study/result.js';
import { topologyOf } from '../../src/study/topology.js';
import { scenarioOf } from '../scenarios/intervals.js';

const FOLDER = fileURLToPath(new URL('../../scenarios/', import.meta.url));
const SHIPPED = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .sort();

function shipped(name: string): Scenario {
  const { scenario } = loadScenario({ text: readFileSync(FOLDER + name, 'utf8'), file: name });
  if (scenario === null) throw new Error(`${name} does not load`);
  return scenario;
}

function topologies(scenario: Scenario): Topology[] {
  return scenario.policies.map(({ name }) => topologyOf(planFor(scenario, name)));
}

const run = (scenario: Scenario): Promise<RunResult> =>
  runScenario(scenario, { version: '0', scenarioSha256: '', memoryLimitBytes: 1e9 });

const EVERYTHING = `spillway: 1
seed: 1
duration: 3s
producers:
  users:
    arrivals: { constant: 20/s }
    to: [ { to: web/buy, weight: 3 }, { to: jobs, weight: 1 } ]
services:
  web:
    replicas: 2
    workers: 4
    queue: { capacity: 10, when_full: { dead_letter: rest } }
    memory: { limit: 256MiB, base: 64MiB }
    handler:
      audit: [ { work: 1ms } ]
      buy: [ { work: 1ms }, { call: store }, { publish: jobs }, { call: web/audit } ]
  clerk: { workers: 1, consumes: jobs, handler: [ { work: 5ms }, { call: web/audit } ] }
dependencies:
  store: { workers: unbounded, handler: [ { work: 2ms } ] }
queues:
  jobs: { broker: rabbitmq, capacity: 100, dead_letter: rest }
  rest: { broker: rabbitmq }
faults:
  - { at: 1s, for: 1s, slow: [ web, store ], factor: 2 }
  - { at: 1s, for: 1s, latency: "web -> store", add: 1ms }
  - { at: 2s, for: 500ms, surge: users, factor: 2 }
`;

describe('the topology', () => {
  it('names producers, components and queues with their bounds, and every way between them', () => {
    const [topology] = topologies(scenarioOf(EVERYTHING, 'everything.yaml'));
    expect(topology!.nodes).toEqual([
      { name: 'users', kind: 'producer' },
      { name: 'web', kind: 'service', replicas: 2, workers: 4, capacity: 10, memory: 2 ** 28 },
      { name: 'clerk', kind: 'service', replicas: 1, workers: 1, capacity: null },
      { name: 'store', kind: 'dependency', replicas: 1, workers: null, capacity: null },
      { name: 'jobs', kind: 'queue', capacity: 100, broker: 'rabbitmq' },
      { name: 'rest', kind: 'queue', capacity: null, broker: 'rabbitmq' },
    ]);
    const ways = topology!.edges.map(({ name, kind }) => `${kind} ${name}`);
    expect(ways.sort()).toEqual([
      'call clerk -> web',
      'call users -> web',
      'call web -> store',
      'call web -> web',
      'consume jobs -> clerk',
      'dead_letter jobs -> rest',
      'dead_letter web -> rest',
      'publish users -> jobs',
      'publish web -> jobs',
    ]);
  });

  it('says of a fault all that it strikes', async () => {
    const { policies } = await run(scenarioOf(EVERYTHING, 'everything.yaml'));
    const [{ faults }] = Object.values(policies) as [RunResult['policies'][string]];
    expect(faults.map(({ on }) => on)).toEqual([['web', 'store'], ['web -> store'], ['users']]);
  });

  it('stands in the result of the file as written, and not in cells of its sweep', async () => {
    const { policies, sweep } = await run(
      scenarioOf(`${EVERYTHING}sweep: { load: [50%] }\n`, 'everything.yaml'),
    );
    for (const policy of Object.values(policies)) expect(policy.topology?.nodes).toHaveLength(6);
    for (const cell of sweep!) {
      for (const policy of Object.values(cell.policies))
        expect(policy).not.toHaveProperty('topology');
    }
  });

  it('is plain JSON: no bound is null', () => {
    for (const topology of topologies(scenarioOf(EVERYTHING, 'everything.yaml'))) {
      expect(JSON.parse(JSON.stringify(topology))).toEqual(topology);
    }
  });
});

describe.each(SHIPPED)('the topology of %s', (name) => {
  const scenario = shipped(name);

  it('has both ends of every way, and every way that metrics name', () => {
    for (const { name: policy } of scenario.policies) {
      const plan = planFor(scenario, policy);
      const { nodes, edges } = topologyOf(plan);
      const names = new Set(nodes.map((node) => node.name));
      expect(names.size).toBe(nodes.length);
      for (const { from, to } of edges) {
        expect(names).toContain(from);
        expect(names).toContain(to);
      }
      const ways = edges.map((edge) => edge.name);
      expect(new Set(ways).size).toBe(ways.length);
      expect(ways).toEqual(expect.arrayContaining(plan.edges.map((edge) => edge.name)));
    }
  });
});
