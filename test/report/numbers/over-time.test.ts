import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimePanel } from '../../../src/report/charts/parts/stack.js';
import { formatSeconds, formatValue } from '../../../src/report/format.js';
import { timeTables } from '../../../src/report/numbers/over-time.js';
import { packLine } from '../../../src/report/series/pack.js';
import type { Panel } from '../../../src/report/series/panel.js';

const NAMES = ['calm', 'storm'];

const panelOf = (policy: number, lines: (number | null)[][], limit = Infinity): Panel => ({
  step: 1,
  length: lines[0]?.length ?? 0,
  format: 'number',
  about: 'what was counted',
  lines: lines.map((values, kind) => packLine(policy, kind, values, limit)),
});

const timePanel = (key: string, labels: string[]): TimePanel => ({
  place: 0,
  hover: { data: `${key}_moments`, labels },
});

/** The tables of panels of one policy each, in their order. */
const tablesOf = (
  panels: Record<string, Panel>,
  labels: string[],
  span: [number, number] | null = null,
) => {
  const timed = Object.keys(panels).map((key) => timePanel(key, labels));
  return timeTables(timed, panels, { names: NAMES, span });
};

const upTo = (length: number): number[] => Array.from({ length }, (_, step) => step);

describe('the tables of what is drawn over time', () => {
  it('hold panels of the same numbers as one, the columns of each policy under its name', () => {
    const panels = { a: panelOf(0, [upTo(3), upTo(3)]), b: panelOf(1, [upTo(3), upTo(3)]) };
    const { tables } = tablesOf(panels, ['good', 'bad']);
    expect(tables).toHaveLength(1);
    expect(tables[0]).toMatchObject({
      caption: 'what was counted',
      groups: [
        { text: 'calm', policy: 0, columns: 2 },
        { text: 'storm', policy: 1, columns: 2 },
      ],
      columns: ['good', 'bad', 'good', 'bad'].map((text) => ({ text, policy: null })),
    });
  });

  it('have one row of headings where each policy has one column', () => {
    const panel = panelOf(0, [upTo(3)]);
    panel.lines.push(packLine(1, 0, [5, 6, 7], Infinity));
    const { tables } = tablesOf({ a: panel }, NAMES);
    expect(tables[0]).toMatchObject({
      groups: [],
      columns: [
        { text: 'calm', policy: 0 },
        { text: 'storm', policy: 1 },
      ],
    });
    expect(tables[0]?.rows.map(({ cells }) => cells)).toEqual([
      ['0', '5'],
      ['1', '6'],
      ['2', '7'],
    ]);
  });

  it('are few rows of a long run, and say so', () => {
    const { note, tables } = tablesOf({ a: panelOf(0, [upTo(300)]) }, ['calm']);
    const rows = tables[0]?.rows ?? [];
    expect(rows).toHaveLength(60);
    expect(rows[1]).toEqual({
      head: `${formatSeconds(5)} – ${formatSeconds(10)}`,
      cells: ['5 – 9'],
    });
    expect(note).toContain(`rows of ${formatSeconds(5)}: the least and the greatest`);
  });

  it('have a row a step of a stretch that is looked at closely', () => {
    const { note, tables } = tablesOf({ a: panelOf(0, [upTo(300)]) }, ['calm'], [100, 130]);
    expect(tables[0]?.rows.map(({ cells }) => cells)).toEqual(
      upTo(30).map((step) => [`${100 + step}`]),
    );
    expect(note).toContain(`From ${formatSeconds(100)} to ${formatSeconds(130)}, as the pictures`);
    expect(note).not.toContain('rows of');
  });

  it('lose no peak of any series, however it was thinned', () => {
    const values = fc.array(fc.option(fc.integer({ min: 0, max: 900 })), {
      minLength: 1,
      maxLength: 3000,
    });
    fc.assert(
      fc.property(values, fc.integer({ min: 20, max: 1000 }), (series, limit) => {
        const { tables, note } = tablesOf({ a: panelOf(0, [series], limit) }, ['calm']);
        const rows = tables[0]?.rows ?? [];
        expect(rows.length).toBeLessThanOrEqual(60);
        const told = rows.flatMap(({ cells }) => cells.flatMap((cell) => cell.split(' – ')));
        const known = series.filter((value) => value !== null);
        if (known.length === 0) expect(told.every((text) => text === '–')).toBe(true);
        else {
          expect(told).toContain(formatValue(Math.max(...known), 'number'));
          expect(told).toContain(formatValue(Math.min(...known), 'number'));
        }
        expect(note.includes('peaks and troughs')).toBe(series.length > limit);
      }),
    );
  });

  it('tell of a map how many were answered in each row, and how fast most were', () => {
    const panel: Panel = {
      step: 1,
      length: 2,
      policy: 1,
      format: 'rate',
      about: 'answers',
      lines: [],
      cells: { step: 1, bounds: [0.1, 0.2, 0.4], rates: [[0, 10], [1, 30], []], levels: [] },
    };
    const labels = ['answers', 'half within', '90% within', '99% within'];
    const { tables } = tablesOf({ a: { ...panel, length: 3 } }, labels);
    const slow = `≤ ${formatSeconds(0.4)}`;
    const fast = `≤ ${formatSeconds(0.2)}`;
    expect(tables[0]?.rows.map(({ cells }) => cells)).toEqual([
      ['10/s', fast, fast, fast],
      ['30/s', slow, slow, slow],
      ['0/s', '–', '–', '–'],
    ]);
  });
});
