/// <reference lib="dom" />

import { swatchClass } from '../swatches.js';
import { lastWasFinger } from './touch.js';

/** What a tip says: a title, and lines of a name, its colour's place, and texts. */
export interface TipText {
  title: string;
  /** Headings of the texts, where there is more than one a line. */
  columns: readonly string[];
  lines: readonly TipLine[];
}

export interface TipLine {
  /** The policy's place, for its colour; null for none. */
  policy: number | null;
  name: string;
  texts: readonly string[];
}

/** A place on the screen. */
export interface Place {
  x: number;
  y: number;
}

const APART = 14;

let tip: HTMLElement | null = null;

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...inside);
  return made;
}

/** The mark of a policy's colour. */
export function swatch(policy: number): HTMLElement {
  const mark = element('span', swatchClass(policy));
  mark.setAttribute('aria-hidden', 'true');
  return mark;
}

function tableOf({ columns, lines }: TipText): HTMLElement {
  const table = element('table', '');
  if (columns.length > 1) {
    const heads = columns.map((column) => element('td', 'value', column));
    table.append(element('tr', 'columns', element('td', ''), ...heads));
  }
  for (const { policy, name, texts } of lines) {
    const mark = policy === null ? [] : [swatch(policy)];
    const key = element('td', 'key', ...mark, name);
    table.append(element('tr', '', key, ...texts.map((text) => element('td', 'value', text))));
  }
  return table;
}

/** Shows a tip beside a place, inside the window. */
export function showTip(text: TipText, { x, y }: Place): void {
  tip ??= document.body.appendChild(element('div', ''));
  tip.id = 'tip';
  // Who listens is told by the chart itself.
  tip.setAttribute('aria-hidden', 'true');
  tip.replaceChildren(element('p', 'title', text.title), tableOf(text));
  tip.classList.add('visible');
  const { width, height } = tip.getBoundingClientRect();
  const right = x + APART + width <= document.documentElement.clientWidth;
  const left = right ? x + APART : Math.max(4, x - APART - width);
  const top = Math.max(4, Math.min(y + APART, window.innerHeight - height - 4));
  tip.style.left = `${left}px`;
  tip.style.top = `${top}px`;
}

export function hideTip(): void {
  tip?.classList.remove('visible');
}

/** What Vega calls with the texts of a mark under the pointer. */
export function pointTip(
  _handler: unknown,
  event: MouseEvent,
  _item: unknown,
  value: unknown,
): void {
  if (value === null || typeof value !== 'object') {
    // A finger that is lifted points at nothing, and its reader has yet to read.
    if (!lastWasFinger()) hideTip();
    return;
  }
  const { title, ...rest } = value as Record<string, unknown>;
  const lines = Object.entries(rest).map(([name, text]): TipLine => {
    return { policy: null, name: name.replace('\u200b', ''), texts: [String(text)] };
  });
  showTip(
    { title: String(title ?? ''), columns: [], lines },
    { x: event.clientX, y: event.clientY },
  );
}
