import { expect, it } from 'vitest';
import { runScenario } from '../../src/study/index.js';
import { sound } from '../scenario/support.js';

it('parts may have the names that every object has', async () => {
  const scenario = sound(`spillway: 1
duration: 5s
producers: { constructor: { arrivals: { constant: 10/s }, to: toString/valueOf } }
services:
  toString: { workers: 1, handler: { valueOf: [ { call: hasOwnProperty } ] } }
dependencies:
  hasOwnProperty: { workers: 1, handler: [ { lock: isPrototypeOf, then: [ { commit: valueOf } ] } ] }
policies: { constructor: {}, toString: { extends: constructor } }
expect:
  - { that: services.toString.routes.valueOf.arrivals == 49 }
  - { policy: toString, that: producers.constructor.goodput == 9.8/s }
  - { that: commits.valueOf.effects(constructor) == 49 }
  - { that: locks.isPrototypeOf.acquired == 49 }
  - { that: cascade.hasOwnProperty == null }`);
  const options = { version: '0', scenarioSha256: '', memoryLimitBytes: 1e9 };
  const { expect: judged = [], policies } = await runScenario(scenario, options);
  expect(Object.keys(policies)).toEqual(['constructor', 'toString']);
  expect(judged.map(({ that, passed }) => [that, passed])).toEqual(
    judged.map(({ that }) => [that, true]),
  );
  expect(judged.length).toBe(8);
});
