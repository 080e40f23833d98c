import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { IRedisClient, IRedisTransaction } from 'bullmq';
import { Connection } from './connection.js';
import { type Reply, ReplyError, type Word } from './resp.js';

interface Script {
  sha: string;
  lua: string;
  keys: number;
}

type Fields = Record<string, string | number>;

/**
 * A connection as BullMQ wants one (`IRedisClient`: BullMQ brings no client of its own). Commands
 * and answers are those of Redis; scripts go by their hash, and in full where Redis has lost them.
 */
export class BullClient extends Connection implements IRedisClient {
  readonly isCluster = false;
  readonly options = {};
  readonly #scripts = new Map<string, Script>();
  readonly #copies: BullClient[] = [];

  async quit(): Promise<string> {
    this.disconnect();
    return 'OK';
  }

  duplicate({ connectionName }: { connectionName?: string } = {}): BullClient {
    const copy = new BullClient(this.address, connectionName ?? this.name);
    this.#copies.push(copy);
    return copy;
  }

  /** Ends this connection and every copy of it, which BullMQ keeps to itself. */
  disconnectAll(): void {
    for (const copy of this.#copies) copy.disconnectAll();
    this.disconnect();
  }

  defineCommand(name: string, { numberOfKeys, lua }: { numberOfKeys: number; lua: string }): void {
    const sha = createHash('sha1').update(lua).digest('hex');
    this.#scripts.set(name, { sha, lua, keys: numberOfKeys });
  }

  async runCommand(name: string, args: unknown[]): Promise<Reply> {
    const { sha, lua, keys } = this.#script(name);
    const words = wordsOf(args);
    try {
      return await this.call('EVALSHA', sha, keys, ...words);
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return this.call('EVAL', lua, keys, ...words);
    }
  }

  multi(): Batch {
    return new Batch(this, (name) => this.#script(name), true);
  }

  pipeline(): Batch {
    return new Batch(this, (name) => this.#script(name), false);
  }

  #script(name: string): Script {
    const script = this.#scripts.get(name);
    if (script === undefined) throw new Error(`no such script: ${name}`);
    return script;
  }

  async hgetall(key: string): Promise<Record<string, string>> {
    return recordOf(await this.call('HGETALL', key));
  }

  hget(key: string, field: string) {
    return this.#ask<string | null>('HGET', key, field);
  }

  hmget(key: string, ...fields: string[]) {
    return this.#ask<(string | null)[]>('HMGET', key, ...fields);
  }

  hset(key: string, data: Fields) {
    return this.#ask<number>('HSET', key, ...pairs(data));
  }

  hdel(key: string, ...fields: string[]) {
    return this.#ask<number>('HDEL', key, ...fields);
  }

  hexists(key: string, field: string) {
    return this.#ask<number>('HEXISTS', key, field);
  }

  get(key: string) {
    return this.#ask<string | null>('GET', key);
  }

  set(key: string, value: string | number, { PX, EX }: { PX?: number; EX?: number } = {}) {
    const until = PX !== undefined ? ['PX', PX] : EX !== undefined ? ['EX', EX] : [];
    return this.#ask<string | null>('SET', key, value, ...until);
  }

  del(...keys: string[]) {
    return this.#ask<number>('DEL', ...keys);
  }

  zrange(key: string, start: number, end: number, options?: { WITHSCORES?: boolean }) {
    return this.#ask<string[]>('ZRANGE', key, start, end, ...scores(options));
  }

  zrevrange(key: string, start: number, end: number, options?: { WITHSCORES?: boolean }) {
    return this.#ask<string[]>('ZREVRANGE', key, start, end, ...scores(options));
  }

  zcard(key: string) {
    return this.#ask<number>('ZCARD', key);
  }

  zscore(key: string, member: string) {
    return this.#ask<string | null>('ZSCORE', key, member);
  }

  lrange(key: string, start: number, end: number) {
    return this.#ask<string[]>('LRANGE', key, start, end);
  }

  llen(key: string) {
    return this.#ask<number>('LLEN', key);
  }

  ltrim(key: string, start: number, end: number) {
    return this.#ask<string>('LTRIM', key, start, end);
  }

  lpos(key: string, value: string) {
    return this.#ask<number | null>('LPOS', key, value);
  }

  smembers(key: string) {
    return this.#ask<string[]>('SMEMBERS', key);
  }

  xadd(
    key: string,
    id: string,
    fields: Fields,
    { MAXLEN, approximate }: { MAXLEN?: number; approximate?: boolean } = {},
  ) {
    const most = MAXLEN === undefined ? [] : ['MAXLEN', approximate === false ? '=' : '~', MAXLEN];
    return this.#ask<string>('XADD', key, ...most, id, ...pairs(fields));
  }

  xread(
    streams: { key: string; id: string }[],
    { BLOCK, COUNT }: { BLOCK?: number; COUNT?: number } = {},
  ) {
    const count = COUNT === undefined ? [] : ['COUNT', COUNT];
    const block = BLOCK === undefined ? [] : ['BLOCK', BLOCK];
    const keys = streams.map(({ key }) => key);
    const ids = streams.map(({ id }) => id);
    return this.call('XREAD', ...count, ...block, 'STREAMS', ...keys, ...ids);
  }

  xtrim(
    key: string,
    strategy: 'MAXLEN',
    threshold: number,
    { approximate }: { approximate?: boolean } = {},
  ) {
    return this.#ask<number>('XTRIM', key, strategy, approximate === false ? '=' : '~', threshold);
  }

  bzpopmin(key: string, timeout: number) {
    return this.#ask<[string, string, string] | null>('BZPOPMIN', key, timeout);
  }

  info() {
    return this.#ask<string>('INFO');
  }

  clientSetName(name: string) {
    return this.call('CLIENT', 'SETNAME', name);
  }

  clientList() {
    return this.#ask<string>('CLIENT', 'LIST');
  }

  clientInfo() {
    return this.#ask<string>('CLIENT', 'INFO');
  }

  scan(cursor: string | number, { MATCH, COUNT }: { MATCH?: string; COUNT?: number }) {
    const match = MATCH === undefined ? [] : ['MATCH', MATCH];
    const count = COUNT === undefined ? [] : ['COUNT', COUNT];
    return this.#ask<[string, string[]]>('SCAN', cursor, ...match, ...count);
  }

  scanStream({ match, count }: { match: string; count?: number }): Readable {
    return Readable.from(this.#scanned(match, count));
  }

  async *#scanned(MATCH: string, COUNT = 100): AsyncIterable<string[]> {
    let cursor = '0';
    do {
      const [next, keys] = await this.scan(cursor, { MATCH, COUNT });
      yield keys;
      cursor = next;
    } while (cursor !== '0');
  }

  async #ask<T>(...words: Word[]): Promise<T> {
    return (await this.call(...words)) as T;
  }
}

/** Commands that are sent together: as a transaction, or only one behind the other. */
export class Batch implements IRedisTransaction {
  readonly #words: Word[][] = [];
  readonly #scripts = new Map<string, Script>();

  constructor(
    private readonly client: Connection,
    private readonly scriptNamed: (name: string) => Script,
    private readonly isTransaction: boolean,
  ) {}

  hgetall(key: string): this {
    return this.#add('HGETALL', key);
  }

  hset(key: string, data: Fields): this {
    return this.#add('HSET', key, ...pairs(data));
  }

  hscan(key: string, cursor: string | number, { COUNT }: { COUNT?: number } = {}): this {
    return this.#add('HSCAN', key, cursor, ...(COUNT === undefined ? [] : ['COUNT', COUNT]));
  }

  smembers(key: string): this {
    return this.#add('SMEMBERS', key);
  }

  sscan(key: string, cursor: string | number, { COUNT }: { COUNT?: number } = {}): this {
    return this.#add('SSCAN', key, cursor, ...(COUNT === undefined ? [] : ['COUNT', COUNT]));
  }

  zrange(key: string, start: number, end: number): this {
    return this.#add('ZRANGE', key, start, end);
  }

  lrange(key: string, start: number, end: number): this {
    return this.#add('LRANGE', key, start, end);
  }

  llen(key: string): this {
    return this.#add('LLEN', key);
  }

  del(...keys: string[]): this {
    return this.#add('DEL', ...keys);
  }

  runCommand(name: string, args: unknown[]): this {
    const script = this.scriptNamed(name);
    this.#scripts.set(script.sha, script);
    return this.#add('EVALSHA', script.sha, script.keys, ...wordsOf(args));
  }

  async exec(): Promise<[Error | null, Reply][] | null> {
    // Known before they are called: inside a transaction it would be too late to find out.
    const known = [...this.#scripts.values()].map(({ lua }) =>
      this.client.call('SCRIPT', 'LOAD', lua),
    );
    const begun = this.isTransaction ? this.client.call('MULTI') : null;
    const answers = this.#words.map((words) => this.client.call(...words));
    const ended = this.isTransaction ? this.client.call('EXEC') : null;
    const settled = await Promise.allSettled(answers);
    await Promise.all([...known, begun]);
    if (ended === null) {
      return settled.map((one, index) =>
        one.status === 'fulfilled'
          ? [null, shapedOf(this.#words[index]!, one.value)]
          : [one.reason, null],
      );
    }
    const replies = (await ended.catch((error: unknown) => {
      // "Discarded because of previous errors": the first of these says why.
      throw settled.find((one) => one.status === 'rejected')?.reason ?? error;
    })) as Reply[] | null;
    if (replies === null) return null;
    return replies.map((reply, index) =>
      reply instanceof ReplyError ? [reply, null] : [null, shapedOf(this.#words[index]!, reply)],
    );
  }

  #add(...words: Word[]): this {
    this.#words.push(words);
    return this;
  }
}

function shapedOf(words: readonly Word[], reply: Reply): Reply {
  return words[0] === 'HGETALL' ? (recordOf(reply) as unknown as Reply) : reply;
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof ReplyError && error.message.startsWith('NOSCRIPT');
}

function scores(options: { WITHSCORES?: boolean } | undefined): Word[] {
  return options?.WITHSCORES ? ['WITHSCORES'] : [];
}

function pairs(data: Fields): Word[] {
  return Object.entries(data).flat();
}

function recordOf(reply: Reply): Record<string, string> {
  const words = reply as string[];
  const record: Record<string, string> = {};
  for (let index = 0; index < words.length; index += 2) record[words[index]!] = words[index + 1]!;
  return record;
}

/** Arguments of a script: lists laid out flat, nothing as the empty text. */
function wordsOf(args: readonly unknown[]): Word[] {
  return args.flat(Infinity).map((arg): Word => {
    if (arg === null || arg === undefined) return '';
    if (typeof arg === 'number' || arg instanceof Uint8Array) return arg;
    return String(arg);
  });
}
