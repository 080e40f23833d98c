import * as z from 'zod/mini';
import { documents } from './schema/kit.js';
import { scenarioFile } from './schema/whole.js';

/**
 * The JSON Schema (draft-7) of a scenario file, from the very definitions that validate it, with
 * docs and defaults. Keys that are not built yet are known to it, and refused.
 */
export function jsonSchema(): Record<string, unknown> {
  const options = { target: 'draft-7', io: 'input', metadata: documents } as const;
  return z.toJSONSchema(scenarioFile, options) as Record<string, unknown>;
}
