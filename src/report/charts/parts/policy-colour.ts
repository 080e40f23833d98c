import type { NamedPolicy } from '../../input.js';
import { POLICY_COLOURS, policyColour, policyDash } from '../../palette.js';
import type { Spec } from '../chart.js';

const LABEL_LETTERS_MAX = 28;
const LETTER_WIDTH = 7;
const BESIDE_LABEL = 38;

/** Names of a chart's policies, by their places. */
export const POLICY_NAMES = 'policyNames';

/** The parameter through which labels find a policy's name: data hold its place only. */
export function nameParam(policies: readonly NamedPolicy[]): Spec {
  return { name: POLICY_NAMES, value: policies.map(({ name }) => name) };
}

/** Places of the policies that a reader switched off. */
export const HIDDEN_POLICIES = 'hiddenPolicies';

/** The parameter that hides policies in a page; a file shows them all. */
export function hiddenParam(): Spec {
  return { name: HIDDEN_POLICIES, value: [] };
}

function legend(policies: readonly NamedPolicy[]): Spec {
  const longest = Math.max(...policies.map(({ name }) => name.length));
  const letters = Math.min(longest, LABEL_LETTERS_MAX);
  const columnWidth = LETTER_WIDTH * letters + BESIDE_LABEL;
  return {
    labelExpr: `${POLICY_NAMES}[datum.value]`,
    // No limit where none is needed: in Node letters are guessed wider than they are.
    labelLimit: longest > LABEL_LETTERS_MAX ? LETTER_WIDTH * LABEL_LETTERS_MAX : 0,
    columns: { expr: `max(1, floor(width / ${columnWidth}))` },
    symbolType: 'stroke',
  };
}

/** The colour (and, past the palette, the dash) of every policy: the same in every chart. */
export function policyColours(policies: readonly NamedPolicy[], withLegend: boolean): Spec {
  const domain = policies.map(({ index }) => index);
  const channel = (range: unknown[]): Spec => ({
    field: 'p',
    type: 'nominal',
    scale: { domain, range },
    legend: withLegend && policies.length > 1 ? legend(policies) : null,
  });
  const colours = { color: channel(domain.map(policyColour)) };
  if (policies.length <= POLICY_COLOURS.length) return colours;
  return { ...colours, strokeDash: channel(domain.map(policyDash)) };
}
