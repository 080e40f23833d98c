import { html, type Markup } from '../html.js';
import { swatchClass } from '../swatches.js';

/** A policy's name beside its colour. */
export function policyName(name: string, index: number): Markup {
  return html`<span class="policy"><span class="${swatchClass(index)}" aria-hidden="true"></span>${name}</span>`;
}
