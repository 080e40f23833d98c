import type { Balancer, Choice, Rotation } from './choice.js';

/**
 * Rendezvous hashing: each replica has a score for each key, and the greatest takes it. One key
 * always goes to one replica, whichever client sends it; a replica more or less moves only the keys
 * that it wins or had. (D. Thaler and C. Ravishankar, "Using name-based mappings to increase hit
 * rates", 1998.) A pick looks at every replica.
 */
export class Rendezvous implements Balancer {
  pick({ keyHi, keyLo }: Choice, { list, count }: Rotation): number {
    let best = 0;
    let most = -1;
    for (let i = 0; i < count; i++) {
      const replica = list[i];
      const score = mixed(mixed(keyHi ^ Math.imul(replica + 1, 0x9e3779b1)) ^ keyLo) >>> 0;
      if (score <= most) continue;
      most = score;
      best = replica;
    }
    return best;
  }

  sent(): void {}

  ended(): void {}
}

/** MurmurHash3's finalizer (Austin Appleby, smhasher, public domain). */
function mixed(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
