import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type { Outcome } from '../../index.js';
import type { Origin } from './origins.js';

const pack = promisify(deflateRaw);
const unpack = promisify(inflateRaw);
const HASH_CHARACTERS = 64;

/** Something on its way through Redis. */
export interface Parcel {
  /** SHA-256 of what is inside, as hex. */
  id: string;
  bytes: Buffer;
}

/** A scenario's text and the files it names. */
export async function scenarioParcel({ file, text, files, vary }: Origin): Promise<Parcel> {
  const named = [...files].map(([path, bytes]) => [path, base64(bytes)]);
  const json = JSON.stringify({ file, text: base64(text), files: named, vary });
  return { id: sha256(json), bytes: await pack(json) };
}

export async function unpackedOrigin(bytes: Buffer): Promise<Origin> {
  const { file, text, files, vary } = JSON.parse((await unpack(bytes)).toString()) as {
    file: string;
    text: string;
    files: [string, string][];
    vary: string[];
  };
  const read = new Map(files.map(([path, content]) => [path, Buffer.from(content, 'base64')]));
  return { file, text: Buffer.from(text, 'base64'), files: read, vary };
}

/**
 * An outcome behind the hash of its JSON: whether two are the same is seen without unpacking them,
 * and whatever packed them (zlib's releases differ).
 */
export async function outcomeParcel(outcome: Outcome): Promise<Buffer> {
  const json = JSON.stringify(outcome);
  return Buffer.concat([Buffer.from(sha256(json)), await pack(json)]);
}

/** Null where the bytes are not what they were. */
export async function unpackedOutcome(bytes: Buffer): Promise<Outcome | null> {
  try {
    const json = (await unpack(bytes.subarray(HASH_CHARACTERS))).toString();
    if (sha256(json) !== bytes.toString('latin1', 0, HASH_CHARACTERS)) return null;
    return JSON.parse(json) as Outcome;
  } catch {
    return null;
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
