/// <reference lib="dom" />

import type { TimePanel } from '../charts/parts/stack.js';
import { momentAt } from '../series/unpack.js';
import type { DrawnChart } from './drawn.js';
import { sharedHidden, sharedSpan } from './shared.js';
import type { TipLine, TipText } from './tip.js';

/** What one time panel says of a moment. */
interface Said {
  title: string;
  labels: readonly string[];
  /** The policy of each text; null where it is of none. */
  policies: readonly (number | null)[];
  texts: readonly string[];
}

function said(chart: DrawnChart, { hover }: TimePanel, seconds: number): Said | null {
  if (!hover) return null;
  const { data, labels } = hover;
  const panel = chart.panels[data.replace(/_moments$/, '')];
  if (panel) {
    const moment = momentAt(panel, seconds, sharedSpan.value);
    if (!moment) return null;
    const whole = panel.policy ?? null;
    const policies = labels.map((_, index) => panel.lines[index]?.policy ?? whole);
    return { title: moment.title, labels, policies, texts: moment.texts };
  }
  const row = chart.rows[data]?.find(({ t, u }) => Number(t) <= seconds && seconds < Number(u));
  if (!row) return null;
  const texts = labels.map((_, index) => String(row[`l${index}`] ?? '–'));
  return { title: String(row['title'] ?? ''), labels, policies: labels.map(() => null), texts };
}

/** The one policy of all that is said; null where there are several, or none. */
function onlyPolicy({ policies }: Said): number | null {
  const [first = null] = policies;
  return policies.length > 1 && policies.every((policy) => policy === first) ? first : null;
}

const shows = (policy: number | null): boolean =>
  policy === null || !sharedHidden.value.includes(policy);

/**
 * What a chart says of a moment, asked at one of its panels. Panels of one policy each that show
 * the same kinds of lines are told together, so that all policies are read at once.
 */
export function tellMoment(
  chart: DrawnChart,
  at: TimePanel,
  seconds: number,
  names: readonly string[],
): TipText | null {
  const here = said(chart, at, seconds);
  if (!here) return null;
  const { title, labels } = here;
  if (onlyPolicy(here) === null) {
    const lines = labels.map((name, index): TipLine => {
      const policy = here.policies[index] ?? null;
      // A line that is not called after its policy is a kind of line, drawn in a colour of its own.
      const colour = policy !== null && names[policy] === name ? policy : null;
      return { policy: colour, name, texts: [here.texts[index] ?? '–'] };
    });
    const shown = lines.filter((_, index) => shows(here.policies[index] ?? null));
    return { title, columns: [], lines: shown };
  }
  const lines = chart.timePanels.flatMap((panel): TipLine[] => {
    const there = said(chart, panel, seconds);
    const policy = there && onlyPolicy(there);
    if (!there || policy === null || there.labels.join('\n') !== labels.join('\n')) return [];
    return shows(policy) ? [{ policy, name: names[policy] ?? '', texts: there.texts }] : [];
  });
  return { title, columns: labels, lines };
}

/** The same as a sentence, for who listens. */
export function momentWords({ title, columns, lines }: TipText): string {
  const told = lines.map(({ name, texts }) => {
    const parts = columns.length > 1 ? texts.map((text, i) => `${columns[i]} ${text}`) : texts;
    return `${name} ${parts.join(', ')}`;
  });
  return `${title}: ${told.join('; ')}`;
}
