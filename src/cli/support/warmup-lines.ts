import type { RunResult } from '../../study/index.js';

/** What is wrong with the warm-up as `run` tells it. */
export function warmupLines(result: RunResult): string[] {
  return warmupWarnings(result).map((words) => `warning: ${words}`);
}

/** What is wrong with the warm-up, of the file as written; policies with the same words share one. */
export function warmupWarnings({ policies }: RunResult): string[] {
  const whose = new Map<string, string[]>();
  for (const [name, { notes }] of Object.entries(policies)) {
    const words = notes['warmup'];
    if (words !== undefined) whose.set(words, [...(whose.get(words) ?? []), name]);
  }
  const all = Object.keys(policies).length;
  return [...whose].map(([words, names]) => {
    const of = names.length === all ? '' : `${names.join(', ')}: `;
    return `${of}${words}`;
  });
}
