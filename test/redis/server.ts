import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readAddress } from '../../src/study/where/redis/address.js';
import { BullClient } from '../../src/study/where/redis/bull-client.js';
import { neededRedisServer } from '../machine.js';

const STARTING_MS = 20_000;

/** A Redis of its own for a test, on a free port, with nothing kept on disk. */
export class RedisServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'spillway-redis-'));
  #process: ChildProcess | null = null;
  readonly #clients: BullClient[] = [];

  private constructor(
    readonly port: number,
    private readonly args: readonly string[],
  ) {}

  static async start(...args: string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), args);
    await server.up();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it (again), empty. */
  async up(): Promise<void> {
    const place = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder];
    const child = spawn(
      neededRedisServer(),
      [...place, '--save', '', '--appendonly', 'no', ...this.args],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#process = child;
    let said = '';
    child.stdout.on('data', (data: Buffer) => (said += data.toString()));
    child.stderr.on('data', (data: Buffer) => (said += data.toString()));
    const untilMs = performance.now() + STARTING_MS;
    while (!said.includes('Ready to accept connections')) {
      if (child.exitCode !== null || performance.now() > untilMs) {
        throw new Error(`Redis does not start: ${said}`);
      }
      await pause(20);
    }
  }

  /** Ends it as a power cut would. */
  async down(): Promise<void> {
    const child = this.#process;
    if (child === null) return;
    this.#process = null;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  /** A connection to look into it with. */
  async client(url = this.url, ca?: string): Promise<BullClient> {
    const client = new BullClient(readAddress(url, ca), 'test');
    await client.open();
    this.#clients.push(client);
    return client;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
