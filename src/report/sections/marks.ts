import { html, type Markup } from '../html.js';
import { POLICY_COLOURS } from '../palette.js';

/** A policy's name beside its colour. */
export function policyName(name: string, index: number): Markup {
  const colour = index % POLICY_COLOURS.length;
  return html`<span class="policy"><span class="swatch c${colour}" aria-hidden="true"></span>${name}</span>`;
}
