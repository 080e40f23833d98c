import { describe, expect, it } from 'vitest';
import { table } from '../../src/cli/support/table.js';

describe('table', () => {
  it('makes columns as wide as their widest cell', () => {
    const lines = table(
      [
        { title: 'policy', align: 'left' },
        { title: 'goodput', align: 'right' },
        { title: 'where', align: 'left' },
      ],
      [
        [{ text: 'a' }, { text: '12/s' }, { text: 'x' }],
        [{ text: 'retry-storm' }, { text: '1,234,567/s' }, { text: '' }],
      ],
    );
    expect(lines).toEqual([
      'policy           goodput  where',
      'a                   12/s  x',
      'retry-storm  1,234,567/s',
    ]);
  });

  it('paints after it has measured', () => {
    const paint = (text: string): string => `<${text}>`;
    const lines = table(
      [
        { title: 'p', align: 'left' },
        { title: 'q', align: 'left' },
      ],
      [[{ text: 'abc', paint }, { text: 'd' }]],
    );
    expect(lines).toEqual(['p    q', '<abc>  d']);
  });

  it('counts characters, not bytes', () => {
    const column = { title: '▁▂▃', align: 'left' } as const;
    expect(table([column, column], [[{ text: '–' }, { text: '–' }]])).toEqual([
      '▁▂▃  ▁▂▃',
      '–    –',
    ]);
  });
});
