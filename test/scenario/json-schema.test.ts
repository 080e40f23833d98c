import { describe, expect, it } from 'vitest';
import { jsonSchema } from '../../src/scenario/index.js';

describe('the JSON Schema', () => {
  const schema = jsonSchema() as { properties: Record<string, unknown>; [key: string]: unknown };

  it('is draft-7, closed, with docs and defaults', () => {
    expect(schema['$schema']).toBe('http://json-schema.org/draft-07/schema#');
    expect(schema['additionalProperties']).toBe(false);
    expect(schema['required']).toEqual(['spillway', 'duration', 'producers']);
    expect(schema.properties['warmup']).toMatchObject({ default: '0s' });
    for (const [name, property] of Object.entries(schema.properties)) {
      expect(property, name).toHaveProperty('description');
    }
  });

  it('knows every key of the page at the top level', () => {
    expect(Object.keys(schema.properties).sort()).toEqual([
      'alerts',
      'calls',
      'dependencies',
      'description',
      'duration',
      'expect',
      'faults',
      'lesson',
      'locks',
      'objective',
      'policies',
      'producers',
      'proves',
      'queues',
      'replications',
      'seed',
      'services',
      'spillway',
      'sweep',
      'title',
      'warmup',
    ]);
  });

  it('the same every time', () => {
    expect(JSON.stringify(jsonSchema())).toBe(JSON.stringify(jsonSchema()));
  });
});
