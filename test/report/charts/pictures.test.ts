import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PICTURES } from '../../../src/report/index.js';

const CHARTS = new URL('../../../src/report/charts/', import.meta.url);
const sources = readdirSync(CHARTS)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(new URL(name, CHARTS), 'utf8'));

/** A picture is asked for by its name, and every name is known before anything is drawn. */
it.each(PICTURES)('some chart is called %s', (name) => {
  const named = sources.filter((source) => source.includes(`name: '${name}',`));
  expect(named).toHaveLength(1);
});
