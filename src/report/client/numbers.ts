/// <reference lib="dom" />

import type { ChartMeta } from '../charts/parts/stack.js';
import { rowTable } from '../numbers/over-rows.js';
import { timeTables } from '../numbers/over-time.js';
import type { ColumnHead, TableText } from '../numbers/table-text.js';
import { carriedPanels } from '../series/carry.js';
import { onceAFrame } from './overlay.js';
import type { PageChart, PageData } from './page-data.js';
import { sharedSpan } from './shared.js';
import { swatch } from './tip.js';

/** The numbers of one chart: what is said of them, and their tables. */
interface Numbers {
  note: string;
  tables: TableText[];
}

/** What a chart's tables hold now; asked anew when another stretch of time is shown. */
function numbersOf({ panels, rows, spec }: PageChart, names: readonly string[]): () => Numbers {
  const { timePanels = [], tables = [] } = (spec.usermeta ?? {}) as Partial<ChartMeta>;
  const held = carriedPanels(panels);
  const fixed = tables.map((table) => rowTable(table, rows));
  const notes = [...new Set(tables.map(({ note = '' }) => note))];
  return () => {
    const timed = timeTables(timePanels, held, { names, span: sharedSpan.value });
    return {
      note: [timed.note, ...notes].filter((note) => note !== '').join(' '),
      tables: [...timed.tables, ...fixed],
    };
  };
}

function cell(tag: 'th' | 'td', scope: string, ...inside: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  if (scope !== '') made.setAttribute('scope', scope);
  made.append(...inside);
  return made;
}

function head({ text, policy }: ColumnHead, scope: string, columns = 1): HTMLElement {
  const made = cell('th', scope, ...(policy === null ? [] : [swatch(policy)]), text);
  if (columns > 1) made.setAttribute('colspan', String(columns));
  return made;
}

function rowOf(...cells: HTMLElement[]): HTMLElement {
  const made = document.createElement('tr');
  made.append(...cells);
  return made;
}

function headRows({ corner, groups, columns }: TableText): HTMLElement[] {
  const first = cell('th', 'col', corner);
  const names = columns.map((column) => head(column, 'col'));
  if (groups.length === 0) return [rowOf(first, ...names)];
  first.setAttribute('rowspan', '2');
  const over = groups.map((group) => head(group, 'colgroup', group.columns));
  return [rowOf(first, ...over), rowOf(...names)];
}

/** Lines between the columns of one policy and those of the next. */
function columnGroups({ groups }: TableText): HTMLElement[] {
  if (groups.length === 0) return [];
  return [1, ...groups.map(({ columns }) => columns)].map((span) => {
    const made = document.createElement('colgroup');
    made.setAttribute('span', String(span));
    return made;
  });
}

function tableOf(text: TableText): HTMLElement {
  const table = document.createElement('table');
  const top = document.createElement('thead');
  top.append(...headRows(text));
  const body = document.createElement('tbody');
  body.append(
    ...text.rows.map(({ head: name, cells }) => {
      return rowOf(cell('th', 'row', name), ...cells.map((one) => cell('td', '', one)));
    }),
  );
  const caption = document.createElement('caption');
  caption.textContent = text.caption;
  table.append(caption, ...columnGroups(text), top, body);
  const scroll = document.createElement('div');
  scroll.className = 'scroll';
  scroll.tabIndex = 0;
  scroll.setAttribute('role', 'group');
  scroll.setAttribute('aria-label', text.caption);
  scroll.append(table);
  return scroll;
}

/** Puts tables in; those that stood there keep the place to which they were scrolled. */
function fill(place: HTMLElement, { note, tables }: Numbers): void {
  const scrolled = [...place.querySelectorAll('.scroll')].map(({ scrollLeft }) => scrollLeft);
  const said = document.createElement('p');
  said.textContent = note;
  place.replaceChildren(...(note === '' ? [] : [said]), ...tables.map(tableOf));
  place.querySelectorAll('.scroll').forEach((one, at) => {
    one.scrollLeft = scrolled[at] ?? 0;
  });
}

function offer(chart: PageChart, box: HTMLElement, names: readonly string[]): void {
  const details = document.createElement('details');
  details.className = 'numbers';
  details.id = `numbers-${chart.name}`;
  const summary = document.createElement('summary');
  summary.textContent = 'The numbers';
  const title = document.getElementById(`t-${chart.name}`)?.textContent;
  if (title) summary.setAttribute('aria-label', `The numbers: ${title}`);
  const place = document.createElement('div');
  details.append(summary, place);
  let numbers: (() => Numbers) | null = null;
  let isStale = true;
  const show = (): void => {
    if (!details.open || !isStale) return;
    numbers ??= numbersOf(chart, names);
    isStale = false;
    fill(place, numbers());
  };
  details.addEventListener('toggle', show);
  const again = onceAFrame(show);
  sharedSpan.on(() => {
    isStale = true;
    again();
  });
  box.closest('figure')?.after(details);
}

/** Offers what every chart shows as tables, built when they are asked for. */
export function offerNumbers({ charts, policies }: PageData): void {
  for (const chart of charts) {
    const box = document.getElementById(`chart-${chart.name}`);
    if (box) offer(chart, box, policies);
  }
}
