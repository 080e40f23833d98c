import type { ExpectResult } from '../../study/index.js';
import { figureText } from './format.js';
import type { Colors } from './terminal.js';

/** A tick or a cross for each expectation, with what was measured beside the limit. */
export function expectationLines(expects: readonly ExpectResult[], colors: Colors): string[] {
  return expects.flatMap((expect) => {
    const judged = expect.held !== '0 of 0';
    const failed = judged ? colors.red('✗') : colors.yellow('–');
    const mark = expect.passed ? colors.green('✓') : failed;
    const measured = judged ? measuredText(expect) : 'not judged';
    const line = `${mark} ${expectationName(expect)}  ${colors.dim(measured)}`;
    if (expect.passed || expect.detail === undefined || isAgainst(expect)) return [line];
    return [line, colors.dim(`    ${expect.detail}`)];
  });
}

/** "retry-budget: goodput > 300/s at load 150%" */
function expectationName({ policy, that, where }: ExpectResult): string {
  const cell = Object.entries(where ?? {}).map(([axis, value]) => `${axis} ${value}`);
  const whose = policy === null ? '' : `${policy}: `;
  return `${whose}${that}${cell.length === 0 ? '' : ` at ${cell.join(', ')}`}`;
}

/** "measured 298/s [297/s, 299/s] against 198/s, held 20 of 20" */
function measuredText(expect: ExpectResult): string {
  const { held, limit } = expect;
  const against = isAgainst(expect) ? ` against ${valueText(limit!, expect)}` : '';
  return `measured ${actualText(expect)}${intervalText(expect)}${against}, held ${held}`;
}

/** Whether what it was compared with was measured too: else it stands in its text. */
function isAgainst({ actual, detail, limit }: ExpectResult): boolean {
  return detail !== undefined && typeof limit === 'number' && typeof actual === 'number';
}

/** " [297/s, 299/s]"; nothing where its ends read the same. */
function intervalText(expect: ExpectResult): string {
  if (expect.interval === undefined) return '';
  const [low, high] = expect.interval.map((end) => valueText(end, expect));
  return low === high ? '' : ` [${low}, ${high}]`;
}

/** The measured value in the unit of its figure. */
export function actualText(expect: ExpectResult): string {
  return valueText(expect.actual, expect);
}

function valueText(value: ExpectResult['actual'], { unit }: Pick<ExpectResult, 'unit'>): string {
  if (typeof value !== 'number') return String(value ?? 'nothing');
  return figureText(value, unit ?? 'number');
}
