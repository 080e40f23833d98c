import { below, openStream } from '../kernel/draws.js';
import { type Choice, Rotation } from '../policies/choice.js';
import type { Lru } from '../policies/lru.js';
import { Rendezvous } from '../policies/rendezvous.js';
import { labelOfName } from './labels.js';
import type { Plan } from './plan.js';

/**
 * Fills a cache, as it stands at the beginning, with the keys that are asked for most: names, then
 * the ranks of Zipf's law from 1 on, as many as it holds; where callers choose replicas by the key,
 * each replica with its own. How old each key is is drawn from [0, `ttlNs`), as in a cache that has
 * been at work for long. Keys are labels.
 */
export function warm(all: readonly Lru[], plan: Plan, component: number, row: number): void {
  const { name, balance, replicas } = plan.components[component];
  const step = { capacity: all[0].capacity, ttlNs: all[0].ttlNs };
  // Replicas that come later are as new ones are.
  const lrus = all.slice(0, replicas);
  const isSplit = balance === 'hash' && replicas > 1 && lrus.length > 1;
  const kept = lrus.map((): number[] => []);
  let room = lrus.length;
  const rotation = new Rotation(lrus.length);
  const choice: Choice = { u: 0.5, nowNs: 0, keyHi: 0, keyLo: 0 };
  const hashing = new Rendezvous();
  const keep = (own: number[], key: number): void => {
    if (own.length < step.capacity && own.push(key) === step.capacity) room--;
  };
  for (const key of popular(plan, component)) {
    choice.keyHi = key;
    if (isSplit) keep(kept[hashing.pick(choice, rotation)], key);
    else for (const own of kept) keep(own, key);
    if (room === 0) break;
  }
  const ages = openStream(plan.seed, name, `ages in cache ${row}`);
  lrus.forEach((lru, k) => {
    // The most popular one was used last.
    for (const key of kept[k].reverse()) {
      const age = step.ttlNs < Infinity ? drawnAge(ages, step.ttlNs) : 0;
      lru.put(key, -age);
    }
  });
}

/** Of a billion parts of the time to live, so many. */
const PARTS = 1_000_000_000;

function drawnAge(source: Parameters<typeof below>[0], ttlNs: number): number {
  return Math.floor((below(source, PARTS) / PARTS) * ttlNs);
}

/** The keys that come to a component, the most popular first. */
function* popular(plan: Plan, component: number): Generator<number> {
  const keys = [...sendersTo(plan, component)].map((p) => plan.producers[p].key);
  yield* new Set(keys.flatMap((key) => (key?.kind === 'name' ? labelOfName(key.name) : [])));
  const ranks = Math.max(0, ...keys.map((key) => (key?.kind === 'zipf' ? key.n : 0)));
  for (let rank = 1; rank <= ranks; rank++) yield rank;
}

/** The producers whose requests may come to a component. */
function sendersTo(plan: Plan, component: number): Set<number> {
  const senders = new Set<number>();
  const seen = new Set([component]);
  const pending = [component];
  for (let to = pending.pop(); to !== undefined; to = pending.pop()) {
    for (const { from, to: callee } of plan.edges) {
      if (callee !== to) continue;
      if (from.kind === 'producer') senders.add(from.index);
      else if (!seen.has(from.index)) {
        seen.add(from.index);
        pending.push(from.index);
      }
    }
  }
  return senders;
}
