/// <reference lib="dom" />

import { sharedHidden, sharedSpan } from './shared.js';
import { swatch } from './tip.js';

const HINT =
  'Drag over a chart to look closer, double click for the whole run. ' +
  'By keyboard: arrows, + and −, 0.';

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

/** One legend for all charts: it stays in sight while they pass by. */
export function drawLegend(policies: readonly string[], { isTimed }: { isTimed: boolean }): void {
  const place = document.getElementById('legend');
  if (!place) return;
  if (policies.length > 1) {
    const group = document.createElement('div');
    group.className = 'policies';
    group.setAttribute('role', 'group');
    group.setAttribute('aria-label', 'Policies shown in the pictures');
    group.append(...policies.map((name, at) => policyButton(name, at, policies.length)));
    place.append(group);
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
