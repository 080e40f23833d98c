/** A seed that names one replication of another: `42/3`. */
const REPLICATION = /\/\d+$/;

/** One replication uses the seed itself; several use `SEED/1`, `SEED/2`, … (semantics 35). */
export function seedsFor(seed: string, replications: number): string[] {
  if (replications <= 1) return [seed];
  return Array.from({ length: replications }, (_, index) => `${seed}/${index + 1}`);
}

/**
 * How many replications a run makes. Asking for one replication by its seed (`--seed 42/3`) repeats
 * that one alone, whatever number the file asks for.
 */
export function replicationsFor(asked: {
  file: number;
  seed?: string | undefined;
  replications?: number | undefined;
}): number {
  if (asked.replications !== undefined) return asked.replications;
  if (asked.seed !== undefined && REPLICATION.test(asked.seed)) return 1;
  return asked.file;
}
