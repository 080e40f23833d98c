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
  const keys = popular(plan, component, step.capacity * (isSplit ? replicas : 1));
  const kept = lrus.map((): number[] => []);
  const rotation = new Rotation(lrus.length);
  const choice: Choice = { u: 0.5, nowNs: 0, keyHi: 0, keyLo: 0 };
  const hashing = new Rendezvous();
  for (const key of keys) {
    choice.keyHi = key;
    const one = isSplit ? kept[hashing.pick(choice, rotation)] : null;
    for (const own of one === null ? kept : [one]) if (own.length < step.capacity) own.push(key);
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

/** The keys that come to a component, the most popular first; no more than `most`. */
function popular(plan: Plan, component: number, most: number): number[] {
  const keys = new Set<number>();
  let ranks = 0;
  for (const p of sendersTo(plan, component)) {
    const { key } = plan.producers[p];
    if (key?.kind === 'name') keys.add(labelOfName(key.name));
    if (key?.kind === 'zipf') ranks = Math.max(ranks, key.n);
  }
  for (let rank = 1; rank <= ranks && keys.size < most; rank++) keys.add(rank);
  return [...keys].slice(0, most);
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
