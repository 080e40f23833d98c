import type { SweepResult } from '../../study/result.js';
import type { ExportSource } from './exporter.js';

/** The whole study as one JSON object: what it is, a summary a cell and policy, every row. */
export async function* json({ result, rows }: ExportSource): AsyncIterable<string> {
  yield* opened(result);
  yield ',\n"rows":[';
  let gap = '\n';
  for await (const row of rows()) {
    yield `${gap}${JSON.stringify(row)}`;
    gap = ',\n';
  }
  yield '\n]}\n';
}

/** The study without its rows, as `--json` says it. */
export function* summaryJson(result: SweepResult): Iterable<string> {
  yield* opened(result);
  yield '}\n';
}

/** All but the closing brace: a cell a line, so that no text is ever as long as the study. */
function* opened({ cells, ...head }: SweepResult): Iterable<string> {
  yield `${JSON.stringify(head).slice(0, -1)},\n"cells":[`;
  let gap = '\n';
  for (const cell of cells) {
    yield `${gap}${JSON.stringify(cell)}`;
    gap = ',\n';
  }
  yield '\n]';
}
