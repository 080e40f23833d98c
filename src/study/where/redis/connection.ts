import { EventEmitter } from 'node:events';
import { connect as connectInTheClear, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Address } from './address.js';
import { encoded, type Reply, ReplyError, ReplyReader, type Word } from './resp.js';
import { RedisTrouble, reasonOf } from './trouble.js';

/** BullMQ knows a closed connection by these very words. */
const CLOSED = 'Connection is closed.';
const CONNECT_MS = 5_000;
/** Longer than Redis may block for us: who says nothing for so long is gone. */
const SILENCE_MS = 25_000;
const PAUSE_MS_MIN = 100;
const PAUSE_MS_MAX = 2_000;

export interface Asked {
  words: readonly Word[];
  asBytes: boolean;
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

export type Status = 'wait' | 'connecting' | 'ready' | 'reconnecting' | 'end';

/**
 * One connection to Redis, which is made again when it breaks; commands then wait for it. What was
 * sent and not answered is sent again, so every command must bear being done twice: a queue's
 * scripts do (a job taken and never heard of is given to another when its lock runs out).
 * Says `ready`, `close`, `end`, and `error` to whoever listens.
 */
export class Connection extends EventEmitter {
  status: Status = 'wait';
  #socket: Socket | null = null;
  #reader = new ReplyReader();
  /** Sent, in this order, and not yet answered. */
  #sent: Asked[] = [];
  #waiting: Asked[] = [];
  #timer: NodeJS.Timeout | null = null;
  #failures = 0;

  constructor(
    readonly address: Address,
    readonly name: string,
  ) {
    super();
  }

  /** Connects once; a failure is told and final. */
  async open(): Promise<void> {
    try {
      await this.#connectOnce();
    } catch (error) {
      this.disconnect();
      throw new RedisTrouble(`${this.address.shown}: ${reasonOf(error)}`);
    }
  }

  /** Connects, however long it takes. */
  connect(): Promise<void> {
    if (this.status === 'ready') return Promise.resolve();
    return new Promise((resolve, reject) => {
      const done = (end: () => void) => () => {
        this.off('ready', onReady);
        this.off('end', onEnd);
        end();
      };
      const onReady = done(resolve);
      const onEnd = done(() => reject(new Error(CLOSED)));
      this.on('ready', onReady);
      this.on('end', onEnd);
      if (this.status === 'wait' || this.status === 'end') this.#tryAgain();
    });
  }

  /** Sends a command and gives its answer; waits for the connection where there is none. */
  call(...words: Word[]): Promise<Reply> {
    return this.ask(words, false);
  }

  ask(words: readonly Word[], asBytes: boolean): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.status === 'end') return reject(new Error(CLOSED));
      const asked = { words, asBytes, resolve, reject };
      if (this.status === 'ready') this.#send(asked);
      else this.#waiting.push(asked);
    });
  }

  disconnect(again = false): void {
    if (again) {
      this.#socket?.destroy();
      return;
    }
    if (this.status === 'end') return;
    this.status = 'end';
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#socket?.destroy();
    this.#socket = null;
    const left = [...this.#sent, ...this.#waiting];
    this.#sent = [];
    this.#waiting = [];
    for (const { reject } of left) reject(new Error(CLOSED));
    this.emit('close');
    this.emit('end');
  }

  #send(asked: Asked): void {
    this.#sent.push(asked);
    this.#socket!.write(encoded(asked.words));
  }

  #tryAgain(): void {
    this.#timer = null;
    this.#connectOnce().catch((error: Error) => this.#failed(error));
  }

  #failed(error: Error): void {
    if (this.status === 'end') return;
    this.status = 'reconnecting';
    // Without a listener an `error` would end the process.
    if (this.listenerCount('error') > 0) this.emit('error', error);
    const pauseMs = Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** this.#failures++);
    this.#timer = setTimeout(() => this.#tryAgain(), pauseMs);
  }

  async #connectOnce(): Promise<void> {
    this.status = 'connecting';
    const socket = await this.#socketReady();
    if ((this.status as Status) === 'end') {
      socket.destroy();
      return;
    }
    this.#socket = socket;
    this.#reader = new ReplyReader();
    const unanswered = this.#sent;
    this.#sent = [];
    try {
      await this.#introduce(socket);
    } catch (error) {
      this.#socket = null;
      socket.destroy();
      this.#sent = unanswered;
      throw error;
    }
    if ((this.status as Status) === 'end') return;
    this.status = 'ready';
    this.#failures = 0;
    const first = [...unanswered, ...this.#waiting];
    this.#waiting = [];
    for (const asked of first) this.#send(asked);
    this.emit('ready');
  }

  /** A socket that is connected (and, with TLS, whose certificate is good). */
  #socketReady(): Promise<Socket> {
    const { host, port, tls } = this.address;
    return new Promise((resolve, reject) => {
      const socket =
        tls === null ? connectInTheClear({ host, port }) : connectTls({ ...tls, host, port });
      const late = setTimeout(() => {
        const code = tls !== null && !socket.connecting ? 'NO_TLS' : 'ETIMEDOUT';
        socket.destroy(Object.assign(new Error('no answer'), { code }));
      }, CONNECT_MS);
      const failed = (error: Error): void => {
        clearTimeout(late);
        reject(error);
      };
      socket.once('error', failed);
      socket.once(tls === null ? 'connect' : 'secureConnect', () => {
        clearTimeout(late);
        socket.off('error', failed);
        socket.setNoDelay(true);
        resolve(socket);
      });
    });
  }

  /** Everything that comes before the first command of others. */
  async #introduce(socket: Socket): Promise<void> {
    const { username, password, database } = this.address;
    const lost = new Promise<never>((_, reject) => {
      let why: Error = Object.assign(new Error('closed'), { code: 'ECONNRESET' });
      socket.on('error', (error) => {
        why = error;
      });
      socket.on('data', (chunk: Buffer) => this.#take(chunk));
      socket.on('close', () => {
        reject(why);
        this.#lost(socket, why);
      });
      socket.setTimeout(SILENCE_MS, () => {
        if (this.#sent.length > 0) socket.destroy();
      });
    });
    lost.catch(() => undefined);
    const greeting: Word[][] = [];
    if (password !== null) {
      greeting.push(username === null ? ['AUTH', password] : ['AUTH', username, password]);
    }
    if (database !== 0) greeting.push(['SELECT', database]);
    greeting.push(['PING']);
    const answers = greeting.map(
      (words) =>
        new Promise<Reply>((resolve, reject) => {
          this.#send({ words, asBytes: false, resolve, reject });
        }),
    );
    for (const answer of answers) answer.catch(() => undefined);
    for (const answer of answers) await Promise.race([answer, lost]);
    // Only a name for `CLIENT LIST`: who may not set it works without.
    this.#send({
      words: ['CLIENT', 'SETNAME', this.name],
      asBytes: false,
      resolve: () => undefined,
      reject: () => undefined,
    });
  }

  #lost(socket: Socket, why: Error): void {
    if (this.#socket !== socket || this.status !== 'ready') return;
    this.#socket = null;
    this.emit('close');
    this.#failed(why);
  }

  #take(chunk: Buffer): void {
    this.#reader.take(chunk);
    try {
      for (;;) {
        const reply = this.#reader.next(this.#sent[0]?.asBytes ?? false);
        if (reply === undefined) return;
        const asked = this.#sent.shift();
        if (asked === undefined) continue;
        if (reply instanceof ReplyError) asked.reject(reply);
        else asked.resolve(reply);
      }
    } catch (error) {
      this.#socket?.destroy(error as Error);
    }
  }
}
