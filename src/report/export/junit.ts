import { type JudgedCase, type JudgedScenario, placeText } from './judged.js';

/**
 * JUnit's XML as Jenkins, GitLab and GitHub's actions read it (the schema `junit-10.xsd` of Jenkins's
 * xUnit plugin): a suite a scenario, a case an expectation. What could not be judged, and a scenario
 * that was stopped or is wrong, is an `error`. It holds no times: the same result, the same bytes.
 */
export function junitXml(scenarios: readonly JudgedScenario[]): string {
  const suites = scenarios.map(suiteOf);
  const counts = counted(suites.flatMap(({ cases }) => cases));
  const attributes = attributesOf({ name: 'spillway check', ...counts });
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites${attributes}>
${suites.map(suiteXml).join('')}</testsuites>
`;
}

interface Suite {
  of: JudgedScenario;
  cases: JudgedCase[];
}

/** A scenario's cases, and one more for each thing that is wrong with it as a whole. */
function suiteOf(of: JudgedScenario): Suite {
  const { file, remarks = [], stopped } = of;
  const cases = [...of.cases];
  for (const { message, severity, ...place } of remarks) {
    if (severity !== 'error') continue;
    cases.push({
      name: 'is a valid scenario',
      outcome: 'error',
      measured: message,
      file,
      ...place,
    });
  }
  if (stopped !== undefined) {
    cases.push({ name: 'runs to its end', outcome: 'error', measured: stopped, file });
  }
  return { of, cases };
}

function counted(cases: readonly JudgedCase[]) {
  const count = (wanted: JudgedCase['outcome']): number =>
    cases.filter(({ outcome }) => outcome === wanted).length;
  return { tests: cases.length, failures: count('failed'), errors: count('error') };
}

function suiteXml({ of: { file, remarks = [], title }, cases }: Suite): string {
  const head = { name: title ?? file, ...counted(cases), file };
  const warnings = remarks
    .filter(({ severity }) => severity === 'warning')
    .map((remark) => `${prefixed(placeText({ file, ...remark }))}${remark.message}\n`);
  const said =
    warnings.length === 0 ? '' : `<system-err>${escapeXml(warnings.join(''))}</system-err>\n`;
  const all = cases.map((one) => caseXml(one, classOf(file)));
  return `<testsuite${attributesOf(head)}>\n${all.join('')}${said}</testsuite>\n`;
}

function caseXml(judged: JudgedCase, classname: string): string {
  const { detail, measured, name, outcome } = judged;
  const head = `<testcase${attributesOf({ name, classname })}`;
  if (outcome === 'held') return `${head}/>\n`;
  const [element, type] =
    outcome === 'failed' ? ['failure', 'ExpectationFailed'] : ['error', 'NotJudged'];
  const lines = [`${prefixed(placeText(judged))}${name}`, measured];
  if (detail !== undefined) lines.push(detail);
  const text = escapeXml(lines.join('\n'));
  return `${head}>
<${element}${attributesOf({ message: measured, type })}>${text}</${element}>
</testcase>\n`;
}

/** Readers take what stands before the last dot for a package: "scenarios.retry-storm". */
function classOf(file: string): string {
  return file
    .replace(/\.ya?ml$/i, '')
    .replace(/^(\.{0,2}[\\/])+/, '')
    .replaceAll(/[\\/]/g, '.');
}

function prefixed(place: string): string {
  return place === '' ? '' : `${place}: `;
}

function attributesOf(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};
/** What XML 1.0 has no way to write: controls, halves of pairs, and two that are no characters. */
const IMPOSSIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** Fit for text and for quoted attributes, whose line ends would else become spaces. */
export function escapeXml(text: string): string {
  return text
    .replace(IMPOSSIBLE, '\ufffd')
    .replace(/[&<>"]/g, (sign) => ENTITIES[sign]!)
    .replace(/[\t\n\r]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
