/**
 * What a library or system that a policy is named after does where nothing is said: its own option
 * names in snake_case, each with its documented default as one would write it, and what it means.
 */
export interface LibraryDefaults {
  /** As the language names it: `resilience4j`, `envoy`. */
  library: string;
  /** Which part of it: `breaker`, `retry budget`, `outlier detection`. */
  part: string;
  /** Where the defaults were read: repository, version or commit, file. */
  source: string;
  options: { name: string; default: string; doc: string }[];
}
