import type { SweepNames, SweepResult, SweepRow } from '../../study/result.js';

/** What a study is exported from. Rows can be gone through again and again, in their order. */
export interface ExportSource {
  result: SweepResult;
  /** What the rows give figures to: known only once all have come. */
  names: SweepNames;
  rows(): AsyncIterable<SweepRow>;
}

/** Writes a study piece by piece, so that none has to be held whole. */
export type Exporter = (source: ExportSource) => AsyncIterable<string | Uint8Array>;
