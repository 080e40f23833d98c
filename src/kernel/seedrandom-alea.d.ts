/** seedrandom's alea alone, without the package's face, which reaches for node's crypto. */
declare module 'seedrandom/lib/alea.js' {
  /** A generator of numbers in [0, 1) with 32 bits, seeded with a text. */
  export default function alea(seed: string): () => number;
}
