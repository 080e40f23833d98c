/// <reference lib="dom" />

import { formatMoment } from '../format.js';
import { onMoment, shareMoment } from './moment.js';
import type { PageData } from './page-data.js';

const SELF = 'cascade';

interface Entry {
  at: number;
  item: HTMLElement;
}

/** Makes every moment of the told cascades a button, and marks the one that the page stands at. */
export function linkCascade(_: PageData): void {
  const stories = [...document.querySelectorAll<HTMLElement>('article[data-policy]')];
  const told = stories.map((story) => {
    const policy = Number(story.dataset['policy']);
    const items = [...story.querySelectorAll<HTMLElement>('li[data-at]')];
    return items.map((item) => linked(item, policy, markAll));
  });
  function markAll(seconds: number): void {
    for (const entries of told) mark(entries, seconds);
  }
  onMoment(SELF, ({ seconds, until }) => markAll(until === undefined ? seconds : until - 1e-9));
}

function linked(item: HTMLElement, policy: number, markAll: (seconds: number) => void): Entry {
  const at = Number(item.dataset['at']);
  const time = item.querySelector('.time');
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'time';
  button.textContent = time?.textContent ?? formatMoment(at);
  button.setAttribute(
    'aria-label',
    `Go to ${button.textContent}: ${item.lastElementChild?.textContent}`,
  );
  button.addEventListener('click', () => {
    markAll(at);
    shareMoment({ seconds: at, source: SELF, policy });
  });
  time?.replaceWith(button);
  return { at, item };
}

/** The last that had happened by then. */
function mark(entries: readonly Entry[], seconds: number): void {
  const now = entries.filter(({ at }) => at <= seconds).at(-1);
  for (const entry of entries) {
    entry.item.classList.toggle('past', entry.at <= seconds);
    if (entry === now) entry.item.setAttribute('aria-current', 'time');
    else entry.item.removeAttribute('aria-current');
  }
}
