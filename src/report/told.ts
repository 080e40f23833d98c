import type { Alert, FaultSpan, PolicyResult } from '../study/result.js';
import { formatMoment, formatSeconds } from './format.js';
import { runSeconds } from './input.js';
import { recoveryTime, verdictTone, verdictWord } from './words.js';

/** Something that happened under a policy, in the words of a timeline. */
export interface Told {
  /** Seconds. */
  at: number;
  kind: 'fault' | 'cascade' | 'alert' | 'scaling' | 'end' | 'bad-end';
  text: string;
  /** What a cascade has reached. */
  component?: string;
}

/** A list of every step of a restless autoscaler nobody reads, nor one of a fault every second. */
const MOST_SCALINGS = 12;
const MOST_FAULTS = 6;
const MOST_NAMED = 3;

/** All that is told of a policy, in the order of time. */
export function toldOf(policy: PolicyResult): Told[] {
  const { faults, verdict } = policy;
  const told = [...faultsTold(policy)];
  for (const { at, component, text } of verdict.cascade) {
    // The moment stands in a column of its own.
    told.push({ at, kind: 'cascade', component, text: text.replace(/^[\d.,]+ s\s+/, '') });
  }
  told.push(...warnings(policy, faults), ...scaled(policy));
  const recovered = recoveryTime(policy);
  const end = Math.max(...faults.flatMap(({ to, set }) => (set === true ? [] : to)));
  if (verdict.is === 'recovered' && recovered !== null && Number.isFinite(end)) {
    const text = `Recovered, ${formatSeconds(recovered)} after the last fault ended`;
    told.push({ at: end + recovered, kind: 'end', text });
  }
  const last = runSeconds(policy);
  if (last > 0 && verdictTone(verdict) !== 'good' && verdict.is !== null) {
    told.push({ at: last, kind: 'bad-end', text: `The run ends: ${verdictWord(verdict)}` });
  }
  return told.sort((a, b) => a.at - b.at);
}

/** Where each fault begins and ends; of one that comes again and again the first few times. */
function faultsTold(policy: PolicyResult): Told[] {
  const runEnd = runSeconds(policy) || Infinity;
  const times = new Map<string, FaultSpan[]>();
  for (const span of policy.faults) {
    const key = JSON.stringify([span.text, span.set === true]);
    times.set(key, [...(times.get(key) ?? []), span]);
  }
  return [...times.values()].flatMap((spans) => {
    const shown = spans.slice(0, spans.length > MOST_FAULTS ? MOST_FAULTS / 2 : MOST_FAULTS);
    const told = shown.flatMap((span) => faultTold(span, runEnd));
    const rest = spans.length - shown.length;
    const last = told.at(-1);
    if (rest > 0 && last !== undefined) {
      const lastAt = formatMoment((spans.at(-1) as FaultSpan).from);
      last.text += `, and ${rest} times more, the last at ${lastAt}`;
    }
    return told;
  });
}

function faultTold({ from, to, text, set }: FaultSpan, runEnd: number): Told[] {
  const [begins, ends] =
    set === true ? ['An operator acts', 'Taken back'] : ['Fault begins', 'Fault ends'];
  const told: Told[] = [{ at: from, kind: 'fault', text: `${begins}: ${text}` }];
  if (set !== true && to === from) {
    // What is emptied is empty at once.
    (told[0] as Told).text = `Fault: ${text}`;
  } else if (to < runEnd) {
    told.push({ at: to, kind: 'fault', text: `${ends}: ${text}` });
  }
  return told;
}

/**
 * Each rule when it first was raised, but for what was over before anything went wrong, with where
 * else it was raised.
 */
function warnings({ alerts }: PolicyResult, faults: readonly FaultSpan[]): Told[] {
  const begins = faults.flatMap(({ from, set }) => (set === true ? [] : from));
  const firstFault = begins.length > 0 ? Math.min(...begins) : 0;
  const rules = new Map<string, Alert[]>();
  for (const alert of alerts) {
    if (alert.until !== null && alert.until < firstFault) continue;
    rules.set(alert.rule, [...(rules.get(alert.rule) ?? []), alert]);
  }
  return [...rules.values()].map((raised): Told => {
    const { at, rule, text } = raised[0] as Alert;
    return { at, kind: 'alert', text: `Alert ${rule}: ${text}${alsoRaised(raised)}` };
  });
}

/** "; then also of api, gateway" */
function alsoRaised([first, ...others]: readonly Alert[]): string {
  const names = [...new Set(others.map(({ component }) => component))].filter(
    (component) => component !== first?.component,
  );
  if (names.length === 0) return '';
  const shown = names.slice(0, MOST_NAMED).join(', ');
  const rest = names.length - MOST_NAMED;
  return `; then also ${shown}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** When other numbers of replicas were wanted. */
function scaled({ scalings = [] }: PolicyResult): Told[] {
  const told = scalings.slice(0, MOST_SCALINGS).map(({ at, text }): Told => {
    return { at, kind: 'scaling', text: `Scales ${text}` };
  });
  const last = told.at(-1);
  const more = scalings.length - told.length;
  if (last !== undefined && more > 0) last.text += `, and ${more} times more`;
  return told;
}
