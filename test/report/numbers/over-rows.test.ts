import { describe, expect, it } from 'vitest';
import { rowTable } from '../../../src/report/numbers/over-rows.js';
import type { RowTable } from '../../../src/report/numbers/row-table.js';

const TABLE: RowTable = {
  caption: 'Share of good answers',
  corner: 'Load',
  row: { field: 't', format: 'share' },
  columns: [
    { name: 'up', of: { policy: 0, name: 'calm' }, data: 'up', field: 'v', format: 'share' },
    {
      name: 'down',
      of: { policy: 0, name: 'calm' },
      data: 'down',
      where: ['own', true],
      field: 'v',
      format: 'share',
      within: ['lo', 'hi'],
    },
  ],
};

const DATA = {
  up: [
    { t: 0.5, v: 1 },
    { t: 0.1, v: null },
  ],
  down: [
    { t: 0.5, v: 0.75, own: false, lo: null, hi: null },
    { t: 0.3, v: 0.5, own: true, lo: 0.4, hi: 0.6 },
  ],
};

describe('a table of what is not over time', () => {
  it('has a row a value in rising order, and a dash where nothing is known', () => {
    expect(rowTable(TABLE, DATA).rows).toEqual([
      { head: '10%', cells: ['–', '–'] },
      { head: '30%', cells: ['–', '50% (40% – 60%)'] },
      { head: '50%', cells: ['100%', '–'] },
    ]);
  });

  it('keeps every row where rows of one name are not one', () => {
    const each: RowTable = {
      ...TABLE,
      row: { field: 'what', format: 'text', each: true },
      columns: [{ name: 'for', data: 'spans', field: 'lasts', format: 'text' }],
    };
    const spans = [
      { what: 'work at db', lasts: '3 s' },
      { what: 'work at db', lasts: '5 s' },
    ];
    expect(rowTable(each, { spans }).rows).toEqual([
      { head: 'work at db', cells: ['3 s'] },
      { head: 'work at db', cells: ['5 s'] },
    ]);
  });
});
