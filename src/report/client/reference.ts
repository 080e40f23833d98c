/// <reference lib="dom" />

import { type Delta, tellDifference } from '../differences.js';
import type { DifferencesData } from '../sections/differences-table.js';
import type { PageData } from './page-data.js';
import { swatch } from './tip.js';

/** A difference the other way round. */
function flipped(delta: Delta | null): Delta | null {
  if (delta === null) return null;
  const { estimate, interval } = delta;
  return {
    ...delta,
    estimate: estimate === null ? null : 0 - estimate,
    interval: interval === null ? null : [0 - interval[1], 0 - interval[0]],
  };
}

function element(tag: string, className: string, ...inside: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...inside);
  return made;
}

function rowOf(
  name: string,
  place: number,
  deltas: readonly (Delta | null)[],
  { measures }: DifferencesData,
): HTMLElement {
  const head = element('th', '', element('span', 'policy', swatch(place), name));
  head.setAttribute('scope', 'row');
  const cells = measures.map((measure, index) => {
    const { text, detail, verdict } = tellDifference(measure, deltas[index] ?? null);
    const word = verdict === null ? [] : [' ', element('span', verdict, verdict)];
    const below = detail === '' ? [] : [element('span', 'interval', detail)];
    return element('td', '', text, ...word, ...below);
  });
  return element('tr', '', head, ...cells);
}

/** Lets the reader choose the policy that the others are held against. */
export function chooseReference({ policies, sections }: PageData): void {
  const data = sections['comparison'] as DifferencesData | null | undefined;
  const place = document.getElementById('reference');
  const body = document.querySelector('#differences tbody');
  const told = document.querySelector('#differences .reference');
  if (!data || !place || !body || !told || policies.length < 3) return;
  const deltas = new Map<string, readonly (Delta | null)[]>();
  for (const [of, against, all] of data.pairs) {
    deltas.set(`${of} ${against}`, all);
    deltas.set(`${against} ${of}`, all.map(flipped));
  }
  const chosen = document.createElement('select');
  for (const [index, name] of policies.entries()) {
    if (!policies.some((_, other) => deltas.has(`${other} ${index}`))) continue;
    chosen.add(new Option(name, String(index)));
  }
  chosen.addEventListener('change', () => {
    const against = Number(chosen.value);
    told.textContent = policies[against] ?? '';
    const rows = policies.flatMap((name, of) => {
      const all = deltas.get(`${of} ${against}`);
      return all ? [rowOf(name, of, all, data)] : [];
    });
    body.replaceChildren(...rows);
  });
  place.append(element('label', '', 'Held against ', chosen));
}
