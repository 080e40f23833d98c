import type { HockeyStick, Knees } from '../../study/index.js';
import { share } from './format.js';
import type { Colors } from './terminal.js';

/** Where each policy's hockey stick bends, a line each; policies with the same words share one. */
export function kneeLines(stick: HockeyStick | null, colors: Colors): string[] {
  const all = Object.entries(stick?.knees ?? {});
  if (all.length === 0) return [];
  const whose = new Map<string, string[]>();
  for (const [policy, knees] of all) {
    const words = kneeWords(knees);
    whose.set(words, [...(whose.get(words) ?? []), policy]);
  }
  const lines = [...whose].map(([words, policies]) => {
    const names = policies.length === all.length ? '' : ` (${policies.join(', ')})`;
    return `${colors.dim(`knee${names}`)}  ${words}`;
  });
  return ['', ...lines];
}

/** "at 93% of the file's load p99 is five times that at 10%; from 95% less than 99% is good" */
function kneeWords({ p99x5, goodput99, peak }: Knees): string {
  const parts: string[] = [];
  if (p99x5 !== null) {
    parts.push(`at ${percent(p99x5.load)} of the file's load p99 is five times that at 10%`);
  }
  if (goodput99 !== null) {
    const of = p99x5 === null ? " of the file's load" : '';
    parts.push(`from ${percent(goodput99.load)}${of} less than 99% is good`);
  }
  if (peak !== null) parts.push(`goodput falls beyond ${percent(peak.load)}`);
  return parts.length === 0 ? "none up to 200% of the file's load" : parts.join('; ');
}

function percent(load: number): string {
  return share(Math.round(load * 100) / 100);
}
