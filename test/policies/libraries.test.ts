import { describe, expect, it } from 'vitest';
import { libraryLines, presetLines } from '../../src/cli/support/policy-lines.js';
import { LIBRARIES, libraryNamed, PRESETS } from '../../src/scenario/index.js';

describe('the documented defaults of libraries', () => {
  it('have a source, and each option a default and a meaning, none twice', () => {
    for (const { library, part, source, options } of LIBRARIES) {
      const where = `${library} ${part}`;
      expect(source.length, where).toBeGreaterThan(10);
      expect(options.length, where).toBeGreaterThan(0);
      for (const option of options) {
        expect(option.default, `${where} ${option.name}`).not.toBe('');
        expect(option.doc, `${where} ${option.name}`).not.toBe('');
      }
      expect(new Set(options.map(({ name }) => name)).size, where).toBe(options.length);
    }
    const parts = LIBRARIES.map(({ library, part }) => `${library} ${part}`);
    expect(new Set(parts).size).toBe(parts.length);
  });

  it('are found by name, also where the key of the language says more', () => {
    expect(libraryNamed('resilience4j').map(({ part }) => part)).toContain('breaker');
    expect(libraryNamed('aws').map(({ library }) => library)).toContain('aws_adaptive');
    expect(libraryNamed('nobody')).toEqual([]);
  });

  it('share no name with a built-in policy', () => {
    const names = new Set(PRESETS.map(({ name }) => name));
    expect(LIBRARIES.filter(({ library }) => names.has(library))).toEqual([]);
  });

  it('are printed with their meaning, at most 100 wide', () => {
    const lines = libraryLines(libraryNamed('resilience4j'));
    expect(lines.join('\n')).toMatch(/^# resilience4j, breaker\. Source: resilience4j/);
    expect(lines).toContain('  max_concurrent_calls: 25  # bulkhead.concurrent');
    const all = [...libraryLines(LIBRARIES), ...PRESETS.flatMap(presetLines)];
    expect(all.filter((line) => line.length > 100)).toEqual([]);
  });
});
