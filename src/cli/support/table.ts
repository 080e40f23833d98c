/** A cell: its text, and how to paint it once its width is known. */
export interface Cell {
  text: string;
  paint?: (text: string) => string;
}

export interface Column {
  title: string;
  align: 'left' | 'right';
}

const GAP = '  ';

/** Columns as wide as their widest cell, two blanks between, no blanks at the end of a line. */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string[] {
  const titles = columns.map(({ title }): Cell => ({ text: title }));
  const widths = columns.map((_, index) =>
    Math.max(...[titles, ...rows].map((row) => widthOf(row[index]!.text))),
  );
  return [titles, ...rows].map((row) =>
    row
      .map((cell, index) => {
        const blanks = ' '.repeat(widths[index]! - widthOf(cell.text));
        const painted = cell.paint === undefined ? cell.text : cell.paint(cell.text);
        return columns[index]!.align === 'right' ? blanks + painted : painted + blanks;
      })
      .join(GAP)
      .trimEnd(),
  );
}

/** Characters, not UTF-16 units. */
export function widthOf(text: string): number {
  return [...text].length;
}
