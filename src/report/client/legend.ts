/// <reference lib="dom" />

import type { DrawnChart } from './drawn.js';
import { sharedHidden, sharedSpan } from './shared.js';
import { swatch } from './tip.js';

const HINT =
  'Point at a chart, or tap it, for its figures. Drag sideways to look closer, double click or ' +
  'double tap for the whole run. By keyboard: arrows, + and −, 0.';

function button(...inside: (Node | string)[]): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.append(...inside);
  return made;
}

/** Switches a policy of this place on or off; the last one that is shown stays. */
function toggle(policy: number, count: number): void {
  const hidden = new Set(sharedHidden.value);
  if (!hidden.delete(policy)) hidden.add(policy);
  sharedHidden.set(hidden.size >= count ? [] : [...hidden].sort((a, b) => a - b));
}

function policyButton(name: string, policy: number, count: number): HTMLElement {
  const made = button(swatch(policy), name);
  const show = (): void => {
    const on = !sharedHidden.value.includes(policy);
    made.setAttribute('aria-pressed', String(on));
  };
  made.addEventListener('click', () => toggle(policy, count));
  sharedHidden.on(show);
  show();
  return made;
}

function wholeRun(): HTMLElement {
  const made = button('Whole run');
  made.className = 'whole-run';
  const show = (): void => {
    made.disabled = sharedSpan.value === null;
  };
  made.addEventListener('click', () => sharedSpan.set(null));
  sharedSpan.on(show);
  show();
  return made;
}

/** On paper the legend does not stay in sight: each chart of several policies has their names. */
function keyOf(policies: readonly string[]): HTMLElement {
  const list = document.createElement('ul');
  list.className = 'colours';
  const items = policies.map((name, at) => {
    const item = document.createElement('li');
    item.append(swatch(at), name);
    return item;
  });
  list.append(...items);
  return list;
}

/** Whether lines of several policies lie in one panel of a chart, or its points do. */
function isShared({ panels, rows }: DrawnChart): boolean {
  const lines = Object.values(panels).map((panel) => panel.lines.map(({ policy }) => policy));
  const points = Object.values(rows).map((all) => all.map(({ p }) => p));
  return [...lines, ...points].some((one) => new Set(one).size > 1);
}

/** One legend for all charts: it stays in sight while they pass by. */
export function drawLegend(policies: readonly string[], charts: readonly DrawnChart[]): void {
  const place = document.getElementById('legend');
  if (!place) return;
  const isTimed = charts.some(({ timePanels }) => timePanels.length > 0);
  if (policies.length > 1) {
    const group = document.createElement('div');
    group.className = 'policies';
    group.setAttribute('role', 'group');
    group.setAttribute('aria-label', 'Policies shown in the pictures');
    group.append(...policies.map((name, at) => policyButton(name, at, policies.length)));
    place.append(group);
    for (const chart of charts) if (isShared(chart)) chart.box.before(keyOf(policies));
  }
  if (isTimed) {
    const hint = document.createElement('p');
    hint.textContent = HINT;
    place.append(wholeRun());
    place.after(hint);
    hint.className = 'hint';
  }
  place.hidden = place.childElementCount === 0;
}
