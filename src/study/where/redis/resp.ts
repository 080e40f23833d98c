/**
 * The wire format of Redis, version 2 (RESP2, https://redis.io/docs/reference/protocol-spec/):
 * commands are arrays of strings; replies are text, whole numbers, nothing, errors, or arrays.
 */
export type Word = string | number | Uint8Array;
export type Reply = string | number | null | Buffer | ReplyError | Reply[];

/** Redis refused a command; its words. */
export class ReplyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ReplyError';
  }
}

/** A command as bytes. */
export function encoded(words: readonly Word[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${words.length}\r\n`)];
  let text = '';
  for (const word of words) {
    if (typeof word === 'object') {
      parts.push(Buffer.from(`${text}$${word.length}\r\n`), Buffer.from(word));
      text = '\r\n';
    } else {
      const said = String(word);
      text += `$${Buffer.byteLength(said)}\r\n${said}\r\n`;
    }
  }
  parts.push(Buffer.from(text));
  return Buffer.concat(parts);
}

const INCOMPLETE = Symbol('incomplete');
const LINE_END = 0x0d;

/** Takes bytes as they come and hands out whole replies. */
export class ReplyReader {
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** So many are needed before it is worth another look. */
  #neededBytes = 0;
  #data: Buffer = Buffer.alloc(0);
  #at = 0;

  take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  /** The next whole reply, undefined where there is none yet. Bytes of it as they are, or as text. */
  next(asBytes: boolean): Reply | undefined {
    if (this.#bytes === 0 || this.#bytes < this.#neededBytes) return undefined;
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    this.#data = this.#chunks[0]!;
    this.#at = 0;
    this.#neededBytes = 0;
    const reply = this.#read(asBytes);
    if (reply === INCOMPLETE) return undefined;
    const left = this.#data.subarray(this.#at);
    this.#chunks = left.length > 0 ? [left] : [];
    this.#bytes = left.length;
    return reply;
  }

  #read(asBytes: boolean): Reply | typeof INCOMPLETE {
    const line = this.#line();
    if (line === null) return INCOMPLETE;
    const rest = line.slice(1);
    switch (line[0]) {
      case '+':
        return rest;
      case '-':
        return new ReplyError(rest);
      case ':':
        return Number(rest);
      case '$':
        return this.#bulk(Number(rest), asBytes);
      case '*':
        return this.#array(Number(rest), asBytes);
      default:
        throw new Error('what answers there is no Redis');
    }
  }

  #line(): string | null {
    const end = this.#data.indexOf(LINE_END, this.#at);
    if (end < 0 || end + 1 >= this.#data.length) return null;
    const line = this.#data.toString('utf8', this.#at, end);
    this.#at = end + 2;
    return line;
  }

  #bulk(length: number, asBytes: boolean): Reply | typeof INCOMPLETE {
    if (length < 0) return null;
    const from = this.#at;
    if (from + length + 2 > this.#data.length) {
      this.#neededBytes = from + length + 2;
      return INCOMPLETE;
    }
    this.#at = from + length + 2;
    const bytes = this.#data.subarray(from, from + length);
    return asBytes ? bytes : bytes.toString('utf8');
  }

  #array(length: number, asBytes: boolean): Reply | typeof INCOMPLETE {
    if (length < 0) return null;
    const items: Reply[] = [];
    for (let index = 0; index < length; index++) {
      const item = this.#read(asBytes);
      if (item === INCOMPLETE) return INCOMPLETE;
      items.push(item);
    }
    return items;
  }
}
