import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { canonicalText, fromCanonicalText } from './canonical.js';
import { type Identity, keyOf } from './key.js';
import { sealed, unsealed } from './sealed.js';

const LINE_END = 10;

/** What an entry says of the run whose outcome it holds. */
export interface EntryHead extends Identity {
  key: string;
  /** The names under which it was run first; others may lead to the same run. */
  title: string;
  policy: string;
  /** "retry-storm at load 1.5" */
  label: string;
}

export interface Entry {
  head: EntryHead;
  /** The outcome as JSON. */
  text: string;
}

/** A file of the store: the seal, the head as a line of JSON, the outcome as JSON, deflated. */
export function entryBytes({ head, text }: Entry): Buffer {
  const line = Buffer.from(`${canonicalText(head)}\n`);
  return sealed('result', Buffer.concat([line, deflateRawSync(text)]));
}

/** The entry under a key, or in words why it is none. */
export function readEntry(bytes: Uint8Array, key: string): Entry | string {
  const body = unsealed('result', bytes);
  if (typeof body === 'string') return body;
  const head = readHead(bytes);
  if (head === null || head.key !== key || keyOf(head) !== key) return 'it is of another run';
  const deflated = body.subarray(body.indexOf(LINE_END) + 1);
  return { head, text: inflateRawSync(deflated).toString('utf8') };
}

/** The head alone, from the first bytes of a file, unchecked; null where it is not all there. */
export function readHead(bytes: Uint8Array): EntryHead | null {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const from = start.indexOf(LINE_END) + 1;
  const end = start.indexOf(LINE_END, from);
  if (from === 0 || end < 0) return null;
  try {
    const head = fromCanonicalText(start.toString('utf8', from, end)) as EntryHead;
    return typeof head.key === 'string' && typeof head.engine === 'string' ? head : null;
  } catch {
    return null;
  }
}
