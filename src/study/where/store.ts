import { randomBytes } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { type Entry, type EntryHead, entryBytes, readEntry } from './entry.js';
import type { Address } from './key.js';
import { planPath, resultPath } from './places.js';
import { sealed } from './sealed.js';

/** What a store has to say, once about each entry or reason; `error` is the system's. */
export type StoreTrouble =
  /** An entry is not what it should be: it is run again and replaced. */
  | { kind: 'bad'; path: string; why: string }
  | { kind: 'unreadable'; path: string; error: unknown }
  /** Nothing is written from here on; what is there is still read. */
  | { kind: 'unwritable'; path: string; error: unknown };

/** A run came to something else than the same run before: a mistake of ours. */
export class TwoResults extends Error {
  constructor(label: string, path: string) {
    super(`${label}: run twice, it came to two results; the first is stored in ${path}`);
    this.name = 'TwoResults';
  }
}

/** Tells backups to leave the folder out (https://bford.info/cachedir/). */
const CACHE_TAG = 'Signature: 8a477f597d28d172789f06886806bc55\n';

/**
 * Results of runs in a folder, one file each, under the hash of all that they depend on. Files are
 * written whole under another name and renamed, so any number of processes may share a store. It is
 * only ever a help: what cannot be read is run again, and where it cannot be written a study goes on
 * without. Nothing in it is waited for to reach the disk: what a power cut leaves half written does
 * not match its hash.
 */
export class Store {
  readonly #told = new Set<string>();
  readonly #plansWritten = new Set<string>();
  #writable = true;
  #begun = false;

  constructor(
    readonly folder: string,
    /** Which code runs (`engineOf`). */
    readonly engine: string,
    private readonly tell: (trouble: StoreTrouble) => void,
  ) {}

  /** The outcome as JSON; null where there is none that is sound. */
  async get({ key }: Pick<Address, 'key'>): Promise<string | null> {
    const path = resultPath(this.folder, key);
    const found = await this.#read(path, key);
    if (found === null || typeof found === 'object') return found?.text ?? null;
    this.#tellOnce({ kind: 'bad', path, why: found });
    return null;
  }

  /** Keeps an outcome. Throws `TwoResults` where a sound other one is there already. */
  async put(
    address: Address,
    { title, policy, label }: Pick<EntryHead, 'title' | 'policy' | 'label'>,
    text: string,
  ): Promise<void> {
    const { key, engine, plan, seed, asked } = address;
    const path = resultPath(this.folder, key);
    const found = await this.#read(path, key);
    if (found !== null && typeof found === 'object') {
      if (found.text !== text) throw new TwoResults(label, path);
      return;
    }
    if (!this.#writable) return;
    const head = { key, engine, plan, seed, asked, title, policy, label };
    try {
      await this.#begin();
      await this.#putPlan(address);
      await writeWhole(path, entryBytes({ head, text }));
    } catch (error) {
      this.#writable = false;
      this.#tellOnce({ kind: 'unwritable', path: this.folder, error });
    }
  }

  /** Null where nothing is there; a text says why what is there is no use. */
  async #read(path: string, key: string): Promise<Entry | string | null> {
    try {
      return readEntry(await readFile(path), key);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') this.#tellOnce({ kind: 'unreadable', path, error }, code);
      return null;
    }
  }

  /** A folder that is made here is marked as one that can be made again. */
  async #begin(): Promise<void> {
    if (this.#begun) return;
    const made = await mkdir(this.folder, { recursive: true });
    this.#begun = true;
    if (made === undefined) return;
    await writeFile(join(this.folder, 'CACHEDIR.TAG'), CACHE_TAG);
    await writeFile(join(this.folder, '.gitignore'), '*\n');
  }

  async #putPlan({ plan, planText }: Address): Promise<void> {
    if (this.#plansWritten.has(plan)) return;
    const path = planPath(this.folder, plan);
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (!isThere) await writeWhole(path, sealed('plan', deflateRawSync(planText)));
    this.#plansWritten.add(plan);
  }

  /** A reason that keeps all entries from being read is told of the first. */
  #tellOnce(trouble: StoreTrouble, about = trouble.path): void {
    if (this.#told.has(about)) return;
    this.#told.add(about);
    this.tell(trouble);
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  // Processes on several machines may have the same number.
  const draft = `${path}.${randomBytes(8).toString('hex')}.draft`;
  try {
    await writeFile(draft, bytes).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(draft, bytes);
    });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}
