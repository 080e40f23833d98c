/** A heading over columns; the place of the policy that it names picks its colour. */
export interface ColumnHead {
  text: string;
  policy: number | null;
}

/** A table as texts. */
export interface TableText {
  caption: string;
  /** What the rows are. */
  corner: string;
  /** Headings over several columns each, with how many; none where every column has its own name. */
  groups: readonly (ColumnHead & { columns: number })[];
  columns: readonly ColumnHead[];
  rows: readonly { head: string; cells: readonly string[] }[];
}

/** A column and whose it is; one that is called after its policy needs no heading over it. */
export interface Column {
  name: string;
  of: { policy: number; name: string } | null;
}

/** The headings of columns: two rows of them where policies have several columns. */
export function headsOf(columns: readonly Column[]): Pick<TableText, 'groups' | 'columns'> {
  const policies = new Set(columns.map(({ of }) => of?.policy ?? null));
  const isNamed = columns.every(({ name, of }) => of === null || of.name === name);
  if (isNamed || policies.size <= 1) {
    const heads = columns.map(({ name, of }): ColumnHead => {
      return { text: name, policy: isNamed && of !== null ? of.policy : null };
    });
    return { groups: [], columns: heads };
  }
  const groups: (ColumnHead & { columns: number })[] = [];
  let last: number | null | undefined;
  for (const { of } of columns) {
    const policy = of?.policy ?? null;
    const group = groups.at(-1);
    if (group && policy === last) group.columns += 1;
    else groups.push({ text: of?.name ?? '', policy, columns: 1 });
    last = policy;
  }
  return { groups, columns: columns.map(({ name }) => ({ text: name, policy: null })) };
}
