const PRIME = 0x100000001b3n;
const BASIS = 0xcbf29ce484222325n;
const MASK = 0xffffffffffffffffn;

/**
 * The fingerprint of several replications: FNV-1a (64 bits) over theirs in order. It tells runs
 * apart; it guards against nobody.
 */
export function combinedFingerprint(fingerprints: readonly string[]): string {
  if (fingerprints.length === 1) return fingerprints[0]!;
  let hash = BASIS;
  for (const character of fingerprints.join(' ')) {
    hash = ((hash ^ BigInt(character.codePointAt(0)!)) * PRIME) & MASK;
  }
  return hash.toString(16).padStart(16, '0');
}
