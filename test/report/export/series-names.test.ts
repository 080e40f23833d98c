import { describe, expect, it } from 'vitest';
import { seriesUnits } from '../../../src/measure/names.js';
import { isRate, seriesName, unitWord } from '../../../src/report/export/run/series-names.js';

const WORDS = {
  seconds: 'seconds',
  bytes: 'bytes',
  share: 'ratio',
  number: null,
  per_second: null,
} as const;

describe('the name of a series', () => {
  const units = seriesUnits({
    producers: ['web'],
    services: ['shop'],
    dependencies: ['db'],
    edges: ['web -> shop'],
    queues: ['jobs'],
    locks: ['rows'],
  });

  it.each(Object.entries(units))('%s says that it is measured in %s', (name, unit) => {
    const series = seriesName(name);
    expect([isRate(series), unitWord(series)]).toEqual([unit === 'per_second', WORDS[unit]]);
  });

  it('says what it is about', () => {
    const of = (name: string) => Object.values(seriesName(name));
    expect(of('goodput')).toEqual([null, null, 'goodput']);
    expect(of('services.shop.queue.depth')).toEqual(['service', 'shop', 'queue.depth']);
    expect(of('calls.web -> shop.attempts')).toEqual(['call', 'web -> shop', 'attempts']);
    expect(of('locks.rows.held_share')).toEqual(['lock', 'rows', 'held_share']);
  });
});
