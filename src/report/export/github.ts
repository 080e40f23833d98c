import {
  isWell,
  type JudgedCase,
  type JudgedScenario,
  type PlaceInFile,
  placeText,
} from './judged.js';
import { code, details, table, text } from './markdown-text.js';

/** GitHub takes up to a mebibyte a step, and drops all of a longer one. */
const SUMMARY_BYTES = 1_000_000;
const encoder = new TextEncoder();

/** What GitHub shows beside a line of a file. */
export interface Annotation extends PlaceInFile {
  level: 'error' | 'warning' | 'notice';
  title?: string;
  message: string;
}

/**
 * A workflow command, without its line end: `::error file=mine.yaml,line=3,col=5,title=…::message`.
 * Escaped as the runner reads it (actions/toolkit, `core/src/command.ts`).
 */
export function annotationLine({ column, file, level, line, message, title }: Annotation): string {
  const properties = Object.entries({ file, line, col: column, title })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${[level, ...(properties.length > 0 ? [properties.join(',')] : [])].join(' ')}::${escapeData(message)}`;
}

/** What failed or could not be judged as errors, at its place; warnings as warnings. */
export function annotationsOf(scenario: JudgedScenario): Annotation[] {
  const { cases, file, remarks = [], stopped } = scenario;
  const annotations: Annotation[] = remarks.map(({ message, severity, ...place }) => {
    return { level: severity, message, file, ...place };
  });
  for (const judged of cases) if (judged.outcome !== 'held') annotations.push(ofCase(judged, file));
  if (stopped !== undefined) {
    annotations.push({ level: 'error', title: 'Stopped before its end', message: stopped, file });
  }
  return annotations;
}

function ofCase(judged: JudgedCase, file: string): Annotation {
  const { column, detail, line, measured, name, outcome } = judged;
  const title = outcome === 'failed' ? 'Expectation failed' : 'Expectation not judged';
  const message = [name, measured, ...(detail === undefined ? [] : [detail])].join('\n');
  const place = { file: judged.file ?? file, ...(line === undefined ? {} : { line }) };
  return { level: 'error', title, message, ...place, ...(column === undefined ? {} : { column }) };
}

function escapeData(value: string): string {
  return value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(value: string): string {
  return escapeData(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/**
 * The job summary, for `$GITHUB_STEP_SUMMARY`: the outcome, what is wrong, then every scenario in
 * `<details>`; of very many as many as GitHub takes.
 */
export function jobSummary(scenarios: readonly JudgedScenario[]): string {
  const bad = scenarios.filter((scenario) => !isWell(scenario));
  const head = `## ${bad.length === 0 ? '✅' : '❌'} Spillway: ${outcomeText(scenarios, bad)}\n`;
  const parts = [...bad.map(wrongPart), ...scenarios.map(wholePart)];
  let summary = head;
  let room = SUMMARY_BYTES - encoder.encode(head).length;
  for (const [index, part] of parts.entries()) {
    const size = encoder.encode(part).length + 1;
    if (size > room) return `${summary}\n${leftOut(parts.length - index)}\n`;
    summary += `\n${part}`;
    room -= size;
  }
  return summary;
}

function leftOut(count: number): string {
  return `${count} more parts are left out: GitHub takes no longer summary.`;
}

/** "39 of 40 scenarios hold, 121 expectations hold, 1 fails" */
function outcomeText(scenarios: readonly JudgedScenario[], bad: readonly JudgedScenario[]): string {
  const cases = scenarios.flatMap((scenario) => scenario.cases);
  const held = cases.filter(({ outcome }) => outcome === 'held').length;
  const failed = cases.length - held;
  const noun = scenarios.length === 1 ? 'scenario holds' : 'scenarios hold';
  const good = scenarios.length - bad.length;
  const fails = failed === 1 ? 'fails' : 'fail';
  return `${good} of ${scenarios.length} ${noun}, ${held} of ${cases.length} expectations (${failed} ${fails})`;
}

/** What is wrong with a scenario, in the open. */
function wrongPart({ cases, file, remarks = [], stopped }: JudgedScenario): string {
  const wrong = cases.filter(({ outcome }) => outcome !== 'held');
  const errors = remarks.filter(({ severity }) => severity === 'error');
  const lines = errors.map((remark) => `- ${placed({ file, ...remark })}${text(remark.message)}\n`);
  if (stopped !== undefined) lines.push(`- stopped before its end: ${text(stopped)}\n`);
  const said = wrong.length === 0 ? '' : casesTable(wrong);
  return `### ${code(file)}\n\n${lines.join('')}${lines.length > 0 && said !== '' ? '\n' : ''}${said}`;
}

function placed(remark: PlaceInFile): string {
  const place = placeText(remark);
  return place === '' ? '' : `${code(place)}: `;
}

/** All of a scenario, to be opened. */
function wholePart(scenario: JudgedScenario): string {
  const { cases, file, remarks = [] } = scenario;
  const held = cases.filter(({ outcome }) => outcome === 'held').length;
  const mark = isWell(scenario) ? '✅' : '❌';
  const count = cases.length === 0 ? 'expects nothing' : `${held} of ${cases.length} hold`;
  const warnings = remarks
    .filter(({ severity }) => severity === 'warning')
    .map((remark) => `- warning: ${placed({ file, ...remark })}${text(remark.message)}\n`);
  const said = cases.length === 0 ? 'It ran.\n' : casesTable(cases);
  const between = warnings.length > 0 ? '\n' : '';
  return details(`${mark} ${file}: ${count}`, `${warnings.join('')}${between}${said}`);
}

const MARKS = { held: '✅', failed: '❌', error: '⚠️' } as const;

function casesTable(cases: readonly JudgedCase[]): string {
  const rows = cases.map((judged) => {
    const { detail, measured, name, outcome } = judged;
    const more = detail === undefined || outcome === 'held' ? '' : `<br>${text(detail)}`;
    return [MARKS[outcome], code(name), `${text(measured)}${more}`];
  });
  return table(['', 'Expected', 'Found'], ['left', 'left', 'left'], rows);
}
