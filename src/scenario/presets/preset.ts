/** A built-in policy: when it helps, when it harms, and the scenario part that it lays over. */
export interface Preset {
  name: string;
  title: string;
  helps: string;
  harms: string;
  /** As it would be written under `policies`. */
  definition: Record<string, unknown>;
}
