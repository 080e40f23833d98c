import type { FatesDiff, FatesResult, RequestStory } from '../../study/index.js';
import { table } from './table.js';
import type { Colors } from './terminal.js';

/** Pairs of fates that are listed. */
const PAIRS = 12;
/** Places that a difference came to that are listed. */
const PLACES = 8;

/** What became of the same requests in two runs, and why the first fared otherwise. */
export function fatesLines({ fates }: FatesResult, colors: Colors): string[] {
  const [a, b] = fates.runs;
  const head = colors.bold(`request by request: ${a} against ${b}, seed ${fates.seed}`);
  if (fates.differing === 0) return [head, ...sameLines(fates)];
  const share = percent(fates.differing / fates.both);
  const lines = [
    head,
    `${fates.differing} of ${fates.both} requests fare otherwise (${share})${onlyText(fates)}`,
    ...pairLines(fates),
  ];
  if (fates.latency !== null) lines.push(latencyText(fates));
  lines.push(...firstLines(fates), ...partingLines(fates));
  return lines;
}

/** The story of one request, step by step. */
function storyLines(story: RequestStory, under: string, colors: Colors): string[] {
  const head = colors.bold(`${story.request} under ${under}: ${story.fate}`);
  return [head, ...story.lines.map(({ at, text }) => `${moment(at).padStart(12)}  ${text}`)];
}

/** The story asked for in both runs, one after the other. */
export function storiesLines({ fates, request }: FatesResult, colors: Colors): string[] {
  if (request === null) return [];
  const [a, b] = fates.runs;
  const { cause, first_arrived: first } = fates;
  const isTold = cause === null || cause.request === first?.request || cause.lines.length === 0;
  const why = isTold ? [] : ['', `${cause.request}:`, ...cause.lines.map((line) => `  ${line}`)];
  return [...storyLines(request.a, a, colors), '', ...storyLines(request.b, b, colors), ...why];
}

/** The story of a request under each of several policies. */
export function storiesByPolicy(
  stories: Readonly<Record<string, RequestStory>>,
  colors: Colors,
): string[] {
  return Object.entries(stories).flatMap(([policy, story]) => [
    '',
    ...storyLines(story, policy, colors),
  ]);
}

function sameLines(fates: FatesDiff): string[] {
  const [a, b] = fates.runs;
  const same = `the fates of all ${fates.both} requests are the same${onlyText(fates)}`;
  if (fates.parting === null) return [`${same}; so is all that happens`];
  const lines = fates.latency === null ? [] : [latencyText(fates)];
  return [
    same,
    ...lines,
    `${a} and ${b} part at ${moment(fates.parting.at)}: ${fates.parting.text}`,
  ];
}

function onlyText({ only, runs }: FatesDiff): string {
  const told = only.flatMap((count, side) =>
    count === 0 ? [] : [`${count} only under ${runs[side]!}`],
  );
  return told.length === 0 ? '' : `; ${told.join(', ')}`;
}

/** Pairs of fates that differ, the commonest first. */
function pairLines({ runs, table: pairs }: FatesDiff): string[] {
  const differing = pairs.filter(({ a, b }) => a !== b);
  const shown = differing.slice(0, PAIRS);
  const rows = shown.map(({ a, b, count, first }) =>
    [a, b, String(count), first.join(' ')].map((text) => ({ text })),
  );
  const lines = table(
    [
      { title: `under ${runs[0]}`, align: 'left' },
      { title: `under ${runs[1]}`, align: 'left' },
      { title: 'requests', align: 'right' },
      { title: 'first', align: 'left' },
    ],
    rows,
  );
  const left = differing.length - shown.length;
  return left > 0 ? [...lines, `and ${left} more pairs (--json has all)`] : lines;
}

function latencyText({ latency, runs }: FatesDiff): string {
  const { count, faster, mean, p99, slower } = latency!;
  if (slower + faster === 0) return `the ${count} good in both are answered as fast`;
  const by = mean >= 0 ? 'later' : 'sooner';
  return (
    `the ${count} good in both are answered ${seconds(Math.abs(mean))} ${by} under ${runs[1]} in the ` +
    `mean (99% at most ${seconds(p99)} later; ${slower} later, ${faster} sooner)`
  );
}

function firstLines({
  cause,
  first_arrived: first,
  first_ended: ended,
  runs,
}: FatesDiff): string[] {
  if (first === null) return [];
  const [a, b] = runs;
  const [fateA, fateB] = first.fates;
  const lines = [
    '',
    `the first to fare otherwise: ${first.request}, arrived at ${moment(first.arrived)}: ` +
      `${fateA} under ${a}, ${fateB} under ${b}`,
  ];
  if (ended !== null && ended.request !== first.request) {
    lines.push(`the first that showed it: ${ended.request}, arrived at ${moment(ended.arrived)}`);
  }
  const why = cause?.request === first.request ? cause.lines : [];
  return [...lines, ...why.map((line) => `  ${line}`)];
}

function partingLines({ parting, runs }: FatesDiff): string[] {
  if (parting === null) return [];
  const [a, b] = runs;
  const lines = [`${a} and ${b} part at ${moment(parting.at)}: ${parting.text}`];
  if (parting.ways !== null) lines.push(`  of ${parting.request ?? 'it'}: ${parting.ways}`);
  const later = parting.places.filter(({ at }) => at > parting.at);
  for (const { at, place, text } of later.slice(0, PLACES)) {
    lines.push(`  it comes to ${place} at ${moment(at)}: ${text}`);
  }
  return lines;
}

function moment(at: number): string {
  return `${at.toFixed(3)} s`;
}

function seconds(value: number): string {
  if (Math.abs(value) >= 1) return `${Number(value.toPrecision(3))} s`;
  return `${Number((value * 1e3).toPrecision(3))} ms`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))}%`;
}
