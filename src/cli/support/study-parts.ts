import { dirname } from 'node:path';
import {
  partEndLine,
  partHeadLine,
  type Shard,
  type SweepHead,
  type SweepRow,
} from '../../study/index.js';
import { tellDraftsLeft } from './drafts.js';
import { DraftFile } from './streams.js';
import { partialName, tellPartialLeft } from './study-files.js';

/** The file of one share of a study. */
export class PartWriter {
  readonly #draft: DraftFile;
  #rows = 0;

  constructor(
    private readonly file: string,
    private readonly shard: Shard,
  ) {
    this.#draft = new DraftFile(file);
  }

  get folder(): string {
    return dirname(this.file);
  }

  async begin(head: SweepHead): Promise<void> {
    await tellDraftsLeft([this.file]);
    await this.#draft.write(`${partHeadLine(this.shard, head)}\n`);
  }

  async take(row: SweepRow): Promise<void> {
    this.#rows++;
    await this.#draft.write(`${JSON.stringify(row)}\n`);
  }

  /** The name under which it was written. */
  async finish(interrupted: boolean): Promise<string> {
    const name = interrupted ? partialName(this.file) : this.file;
    await this.#draft.write(`${partEndLine(this.#rows, interrupted)}\n`);
    await this.#draft.finish(name);
    if (!interrupted) await tellPartialLeft(this.file);
    return name;
  }

  async close(): Promise<void> {
    await this.#draft.discard();
  }
}
