import type { PolicyResult, RunResult } from '../../../study/result.js';
import { answerWords } from '../../answer.js';
import { MEASURES, type Measure, writeFigure } from '../../differences.js';
import { formatMoment, formatSeconds } from '../../format.js';
import { own, type ReportInput } from '../../input.js';
import {
  firstAlertLead,
  recoveryTime,
  verdictTone,
  verdictWord,
  whatHappened,
} from '../../words.js';
import { judgedScenario } from '../judged.js';
import { code, details, table, text } from '../markdown-text.js';
import { differencesPart } from './differences.js';
import type { RunSource } from './exporter.js';

const MARKS = { good: '🟢', fair: '🟡', bad: '🔴', none: '⚪' } as const;

/**
 * Markdown for a pull request: the answer, the table, what differs, what was expected; how it came
 * about can be opened. Names of a scenario stay text, whatever they are.
 */
export function markdown({ input, stored }: RunSource): string {
  return [
    `## ${text(stored.title)}\n`,
    partialPart(stored),
    leadPart(input),
    answerPart(stored),
    figuresPart(stored),
    differencesPart(input.result),
    expectedPart(stored),
    cascadePart(stored),
    methodPart(stored),
  ]
    .filter((part) => part !== null)
    .join('\n');
}

function partialPart({ partial, stopped }: RunResult): string | null {
  if (!partial) return null;
  const why = stopped === undefined ? '' : `: ${text(stopped)}`;
  return `> **Partial result**, the run stopped before its end${why}.\n`;
}

/** What became of each policy, which did best, and by how much. */
function leadPart(input: ReportInput): string | null {
  const words = answerWords(input);
  if (words === null) return null;
  const parts = words.map((word) => (typeof word === 'string' ? text(word) : code(word.name)));
  return `${parts.join('')}\n`;
}

/** A sentence a policy: what happened under it. */
function answerPart({ policies }: RunResult): string {
  const sentences = Object.entries(policies).map(([name, policy]) => {
    const mark = MARKS[verdictTone(policy.verdict)];
    return `- ${mark} **${code(name)}** ${text(whatHappened(policy))}\n`;
  });
  return sentences.join('');
}

/** Whom the table compares by what; what all were offered is no difference of theirs. */
const SHOWN = MEASURES.filter(({ better }) => better !== 'neither');

function figuresPart({ policies }: RunResult): string {
  const notes = new Set<string>();
  const rows = Object.entries(policies).map(([name, policy]) => [
    code(name),
    text(verdictWord(policy.verdict)),
    ...SHOWN.map((shown) => figure(policy, shown, notes)),
    formatSeconds(recoveryTime(policy)),
  ]);
  const head = ['Policy', 'Verdict', ...SHOWN.map(({ heading }) => heading), 'Recovery'];
  const sides = head.map((_, index) => (index < 2 ? 'left' : 'right'));
  const told = [...notes].map((note) => `Where ≥ or – stands: ${text(note)}.\n`);
  return `${table(head, sides, rows)}${told.length === 0 ? '' : `\n${told.join('\n')}`}`;
}

/** "273/s" with its interval, where there is one; why it is missing or a bound goes to the notes. */
function figure(policy: PolicyResult, measure: Measure, notes: Set<string>): string {
  const { metric } = measure;
  const write = (value: number | null): string => writeFigure(measure, value);
  const value = own(policy.metrics, metric) ?? null;
  const note = own(policy.notes, metric);
  if (note !== undefined) notes.add(note);
  const bound = note === undefined || value === null ? '' : '≥ ';
  const span = own(policy.intervals, metric) ?? null;
  const interval = span === null ? '' : ` [${write(span[0])}, ${write(span[1])}]`;
  return `${bound}${write(value)}${interval}`;
}

/** What failed, in the open; all of it to be opened. */
function expectedPart(stored: RunResult): string | null {
  const { cases } = judgedScenario(stored);
  if (cases.length === 0) return null;
  const rows = cases.map(({ detail, measured, name, outcome }) => {
    const more = outcome === 'held' || detail === undefined ? '' : `<br>${text(detail)}`;
    return {
      outcome,
      cells: [outcome === 'held' ? '✅' : '❌', code(name), text(measured) + more],
    };
  });
  const wrong = rows.filter(({ outcome }) => outcome !== 'held');
  const tableOf = (some: typeof rows): string =>
    table(
      ['', 'Expected', 'Found'],
      ['left', 'left', 'left'],
      some.map(({ cells }) => cells),
    );
  const count = `${cases.length - wrong.length} of ${cases.length}`;
  const open = wrong.length === 0 ? '' : `**Not as expected:**\n\n${tableOf(wrong)}\n`;
  return `${open}${details(`Expectations: ${count} hold`, tableOf(rows))}`;
}

/** How trouble spread, by policy. */
function cascadePart({ policies }: RunResult): string | null {
  const parts = Object.entries(policies).flatMap(([name, policy]) => {
    const lines = momentsOf(policy).map(
      ({ at, text: words }) => `- ${formatMoment(at)}: ${text(words)}\n`,
    );
    const lead = firstAlertLead(policy);
    if (lead !== null) lines.push(`- First alert: ${text(lead)}\n`);
    return lines.length === 0 ? [] : [`**${code(name)}**\n\n${lines.join('')}`];
  });
  return parts.length === 0 ? null : details('The cascade', parts.join('\n'));
}

function momentsOf({ faults, verdict }: PolicyResult): { at: number; text: string }[] {
  const begun = faults.map(({ from, set, text }) => {
    return { at: from, text: `${set === true ? 'an operator acts' : 'fault'}: ${text}` };
  });
  // The moment is said already.
  const spread = verdict.cascade.map(({ at, text }) => ({
    at,
    text: text.replace(/^[\d.,]+ s\s+/, ''),
  }));
  return [...begun, ...spread].sort((a, b) => a.at - b.at);
}

function methodPart({ command, scenario, scenario_sha256, seed, version }: RunResult): string {
  const file = scenario === undefined ? 'a scenario' : code(scenario.file);
  const again = command === undefined ? '' : `; again with ${code(command)}`;
  const sum = code(scenario_sha256.slice(0, 12));
  return `<sub>Simulated by Spillway ${text(version)} from ${file} (SHA-256 ${sum}…), seed ${text(seed)}${again}.</sub>\n`;
}
