import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { beginDraft, draftOf, endDraft } from './drafts.js';
import { reasonOf } from './files.js';
import { mistakes } from './mistakes.js';

/** Written together: fewer calls, and never much in memory. */
const BATCH_LETTERS = 1 << 18;

type Chunks = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/** A file that grows piece by piece under another name, and gets its own when it is whole. */
export class DraftFile {
  readonly #draft: string;
  #handle: FileHandle | null = null;
  #waiting: string[] = [];
  #letters = 0;

  constructor(private readonly file: string) {
    this.#draft = draftOf(file);
  }

  async write(chunk: string | Uint8Array): Promise<void> {
    if (typeof chunk === 'string') {
      this.#waiting.push(chunk);
      this.#letters += chunk.length;
      if (this.#letters >= BATCH_LETTERS) await this.#flush();
      return;
    }
    await this.#flush();
    await this.#put(chunk);
  }

  /** What was written so far, line by line; more may be written afterwards. */
  async *lines(): AsyncGenerator<string> {
    await this.#flush();
    if (this.#handle !== null) yield* linesOf(this.#draft);
  }

  /** Under which name it is to be found: its own, unless another is given. */
  async finish(name = this.file): Promise<void> {
    await this.#flush();
    await this.#put('');
    await this.#close();
    await rename(this.#draft, name).catch((error: unknown) => this.#refuse(error));
    endDraft(this.#draft);
  }

  async discard(): Promise<void> {
    await this.#close();
    await rm(this.#draft, { force: true });
    endDraft(this.#draft);
  }

  async #flush(): Promise<void> {
    if (this.#letters === 0) return;
    const text = this.#waiting.join('');
    this.#waiting = [];
    this.#letters = 0;
    await this.#put(text);
  }

  async #put(data: string | Uint8Array): Promise<void> {
    try {
      if (this.#handle === null) beginDraft(this.#draft);
      this.#handle ??= await open(this.#draft, 'w');
      if (data.length > 0) await this.#handle.appendFile(data);
    } catch (error) {
      await this.#refuse(error);
    }
  }

  async #close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = null;
  }

  async #refuse(error: unknown): Promise<never> {
    await this.discard();
    throw mistakes.unwritable(this.file, reasonOf(error));
  }
}

/** Writes a file from its pieces: whole, then renamed. */
export async function writeChunks(file: string, chunks: Chunks): Promise<void> {
  const draft = new DraftFile(file);
  try {
    for await (const chunk of chunks) await draft.write(chunk);
    await draft.finish();
  } catch (error) {
    await draft.discard();
    throw error;
  }
}

/** Standard output, as fast as its reader takes it. */
export async function sayChunks(chunks: Iterable<string>): Promise<void> {
  for (const chunk of chunks) {
    if (process.stdout.write(chunk)) continue;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        for (const event of ['drain', 'error', 'close']) process.stdout.off(event, done);
        resolve();
      };
      for (const event of ['drain', 'error', 'close']) process.stdout.once(event, done);
    });
  }
}

/** The lines of a file. Only a line feed ends one: JSON may hold the other line ends of Unicode. */
export async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  const stream = createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 });
  try {
    for await (const chunk of stream) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    throw mistakes.unreadable(file, reasonOf(error));
  }
  if (rest !== '') yield rest;
}
