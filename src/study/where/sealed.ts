import { sha256 } from './key.js';

const HASH_LENGTH = 64;

/** What is kept in the store, and in which format: of another one nothing is read. */
export type SealedKind = 'result' | 'plan';
const FORMAT = 1;

/** A body under one line that says what it is and what it hashes to: no byte can change unseen. */
export function sealed(kind: SealedKind, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${titleOf(kind)}${sha256(body)}\n`), body]);
}

/** The body, or in words why there is none. */
export function unsealed(kind: SealedKind, bytes: Uint8Array): Buffer | string {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (all.length === 0) return 'it is empty';
  const title = titleOf(kind);
  if (all.toString('latin1', 0, title.length) !== title) return 'it is of no format known here';
  const bodyAt = title.length + HASH_LENGTH + 1;
  const body = all.subarray(bodyAt);
  const said = all.toString('latin1', title.length, bodyAt);
  if (said !== `${sha256(body)}\n`) return 'it is not what its hash says';
  return body;
}

function titleOf(kind: SealedKind): string {
  return `spillway ${kind} ${FORMAT} `;
}
