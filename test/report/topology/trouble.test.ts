import { describe, expect, it } from 'vitest';
import type { PartState } from '../../../src/report/topology/film.js';
import type { Part } from '../../../src/report/topology/graph.js';
import { conditionOf } from '../../../src/report/topology/trouble.js';

const SERVICE: Part = { name: 'api', kind: 'service', hasReplicas: true, hasMemory: true };
const QUEUE: Part = { name: 'jobs', kind: 'queue', hasReplicas: false, hasMemory: false };
const WELL: PartState = {
  workers: 20,
  busy: 0.5,
  inFlight: null,
  depth: 3,
  bound: null,
  replicas: 2,
  rotation: 2,
  memory: 0.4,
};

describe('how a part does', () => {
  it.each([
    ['well', {}, 'calm', ''],
    ['with most of its workers busy', { busy: 0.85 }, 'busy', 'busy'],
    ['with all of them busy and few waiting', { busy: 1 }, 'busy', 'all busy'],
    [
      'with all of them busy and more waiting than it has',
      { busy: 1, depth: 21 },
      'hot',
      'overloaded',
    ],
    ['with a full queue', { busy: 1, depth: 100, bound: 100 }, 'hot', 'queue full'],
    ['with no room to wait in', { depth: 0, bound: 0 }, 'calm', ''],
    ['with many waiting before idle workers', { busy: 0.1, depth: 2500 }, 'hot', 'backlog'],
    ['with no memory left', { memory: 0.97 }, 'hot', 'memory full'],
    ['out of rotation', { rotation: 0, busy: 0 }, 'down', 'down'],
  ] as const)('is a service %s', (_, change, tone, word) => {
    expect(conditionOf(SERVICE, { ...WELL, ...change }, 1000)).toEqual({ tone, word });
  });

  it.each([
    ['short', { depth: 40 }, 'calm', ''],
    ['long: five seconds of what comes', { depth: 5001 }, 'hot', 'backlog'],
    ['full', { depth: 96, bound: 100 }, 'hot', 'full'],
    ['short while hardly anything comes', { depth: 9 }, 'calm', ''],
  ] as const)('is a queue that is %s', (name, change, tone, word) => {
    const perSecond = name.includes('hardly') ? 0.1 : 1000;
    expect(conditionOf(QUEUE, { ...WELL, ...change }, perSecond)).toEqual({ tone, word });
  });

  it('says nothing of a producer', () => {
    const producer: Part = { ...QUEUE, kind: 'producer' };
    expect(conditionOf(producer, { ...WELL, depth: 1e6 }, 1)).toEqual({ tone: 'calm', word: '' });
  });
});
