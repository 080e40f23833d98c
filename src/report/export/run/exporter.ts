import type { RunResult } from '../../../study/result.js';
import type { Report, ReportInput } from '../../input.js';

/** What a run is exported from. */
export interface RunSource {
  input: ReportInput;
  /** The result as it is stored. */
  stored: RunResult;
  /** Page and pictures, drawn once for all who ask. */
  drawn(): Promise<Report>;
  /** Unix time at which the run is said to begin, in seconds: for what stands on a calendar. */
  epochSeconds: number;
  /** Which picture is wanted: "latency" of "mine.latency.png"; null for all of them. */
  picture: string | null;
}

/** Writes a run piece by piece. The same result gives the same bytes. */
export type RunExporter = (source: RunSource) => AsyncIterable<string | Uint8Array>;

/** A kind of file that a run is written as. */
export interface RunExport {
  /** Of file names, without their first dot. */
  endings: readonly string[];
  /** What it is, in a few words. */
  about: string;
  /** Whether it shows the pictures, or is what they can be drawn from again. */
  draws?: boolean;
  /** Whether it needs sampled requests in the result. */
  samples?: boolean;
  /** Loaded when it is used; which of the endings was asked for. */
  load(ending: string): Promise<RunExporter>;
}

/** The user asked for what a result does not hold; the message says what it holds. */
export class NothingToExport extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NothingToExport';
  }
}
