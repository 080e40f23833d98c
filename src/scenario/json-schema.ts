import * as z from 'zod/mini';
import { documents } from './schema/kit.js';
import { scenarioFile } from './schema/whole.js';

/**
 * The JSON Schema (draft-7) of a scenario file, from the very definitions that validate it, with
 * docs and defaults. Keys that are not built yet are known to it, and refused.
 */
export function jsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(scenarioFile, {
    target: 'draft-7',
    io: 'input',
    metadata: documents,
    // The generator drops these from definitions that turn what they read into something else;
    // here they are given as they are written, so they hold.
    override: ({ zodSchema, jsonSchema: schema }) => {
      const docs = documents.get(zodSchema as never);
      for (const key of ['default', 'examples'] as const) {
        if (docs?.[key] !== undefined) schema[key] = docs[key] as never;
      }
    },
  }) as Record<string, unknown>;
}
