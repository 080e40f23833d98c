import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Channel, type Connection, connect, type Delivery } from 'amqplib';

/**
 * The client of the experiment; `run.sh` starts it beside a broker and says what is measured.
 * usage: measure.ts PORT ERLANG REPETITIONS
 */

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PREFETCHES = [1, 10, 1000];
const MESSAGES = 3000;
const BODY = Buffer.alloc(100);
/** What a consumer sleeps for a message. A timer overshoots: figures hold what it really took. */
const SLEEPS_MS = { fast: 5, slow: 50 };

interface ConsumerFigures {
  handled: number;
  /** Of all messages. */
  share: number;
  /** Mean time from the beginning of a message's handling to its acknowledgement. */
  handlingMs: number;
  /** Mean time from an acknowledgement to the beginning of the next message: network and broker. */
  gapMs: number;
  /** The most it held unacknowledged at any time. */
  heldMax: number;
}

interface RunFigures {
  /** From just before both consumers ask to the last acknowledgement. */
  completionSeconds: number;
  fast: ConsumerFigures;
  slow: ConsumerFigures;
}

/** One that handles a message at a time and acknowledges each, in the order they came. */
class Consumer {
  handled = 0;
  heldMax = 0;
  private handlingMs = 0;
  private gapMs = 0;
  private lastAckAtMs = 0;
  private readonly waiting: Delivery[] = [];
  private busy = false;

  constructor(
    private readonly channel: Channel,
    private readonly sleepMs: number,
    private readonly onHandled: (atMs: number) => void,
  ) {}

  readonly take = (delivery: Delivery | null): void => {
    if (delivery === null) throw new Error('the broker cancelled a consumer');
    if (delivery.fields.redelivered) throw new Error('a message was delivered twice');
    this.waiting.push(delivery);
    this.heldMax = Math.max(this.heldMax, this.waiting.length);
    if (!this.busy) void this.work();
  };

  figures(): ConsumerFigures {
    return {
      handled: this.handled,
      share: rounded(this.handled / MESSAGES, 4),
      handlingMs: rounded(this.handlingMs / this.handled, 3),
      gapMs: rounded(this.gapMs / Math.max(1, this.handled - 1), 3),
      heldMax: this.heldMax,
    };
  }

  private async work(): Promise<void> {
    this.busy = true;
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      const beganAtMs = performance.now();
      if (this.handled > 0) this.gapMs += beganAtMs - this.lastAckAtMs;
      await new Promise((done) => setTimeout(done, this.sleepMs));
      this.channel.ack(next);
      this.waiting.shift();
      this.lastAckAtMs = performance.now();
      this.handlingMs += this.lastAckAtMs - beganAtMs;
      this.handled++;
      this.onHandled(this.lastAckAtMs);
    }
    this.busy = false;
  }
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** Without `noDelay` Nagle's algorithm holds an acknowledgement back, for up to 40 ms. */
function opened(url: string): Promise<Connection> {
  return connect(url, { noDelay: true });
}

/** A queue of its own, in memory alone, with all messages in it. */
async function filled(url: string, queue: string): Promise<void> {
  const connection = await opened(url);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue(queue, { durable: false, arguments: { 'x-queue-type': 'classic' } });
  for (let i = 0; i < MESSAGES; i++) channel.sendToQueue(queue, BODY, { persistent: false });
  await channel.waitForConfirms();
  const { messageCount } = await channel.checkQueue(queue);
  if (messageCount !== MESSAGES) throw new Error(`${messageCount} messages in ${queue}`);
  await connection.close();
}

/** Which of the two asks first changes from one repetition to the next. */
async function run(url: string, prefetch: number, repetition: number): Promise<RunFigures> {
  const queue = `prefetch-${prefetch}-${repetition}`;
  await filled(url, queue);
  const connections = [await opened(url), await opened(url)] as const;
  const channels = await Promise.all(connections.map((one) => one.createChannel()));
  await Promise.all(channels.map((one) => one.prefetch(prefetch)));
  const [forFast, forSlow] = channels as [Channel, Channel];
  const figures = await new Promise<RunFigures>((done, failed) => {
    let left = MESSAGES;
    const beganAtMs = performance.now();
    const onHandled = (atMs: number): void => {
      if (--left > 0) return;
      const completionSeconds = rounded((atMs - beganAtMs) / 1000, 3);
      done({ completionSeconds, fast: fast.figures(), slow: slow.figures() });
    };
    const fast = new Consumer(forFast, SLEEPS_MS.fast, onHandled);
    const slow = new Consumer(forSlow, SLEEPS_MS.slow, onHandled);
    const asked = [
      () => forFast.consume(queue, fast.take),
      () => forSlow.consume(queue, slow.take),
    ];
    if (repetition % 2 === 1) asked.reverse();
    Promise.all(asked.map((ask) => ask())).catch(failed);
  });
  // Channels first: what was acknowledged is then known to the queue.
  for (const one of channels) await one.close();
  for (const one of connections) await one.close();
  await emptyAndGone(url, queue);
  return figures;
}

async function emptyAndGone(url: string, queue: string): Promise<void> {
  const connection = await opened(url);
  const channel = await connection.createChannel();
  const { messageCount } = await channel.checkQueue(queue);
  if (messageCount !== 0) throw new Error(`${messageCount} messages came back to ${queue}`);
  await channel.deleteQueue(queue);
  await connection.close();
}

function middle(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** The median of each figure by itself. */
function medians(runs: RunFigures[]): RunFigures {
  const of = (pick: (one: RunFigures) => number): number => middle(runs.map(pick));
  const consumer = (name: 'fast' | 'slow'): ConsumerFigures => ({
    handled: of((one) => one[name].handled),
    share: of((one) => one[name].share),
    handlingMs: of((one) => one[name].handlingMs),
    gapMs: of((one) => one[name].gapMs),
    heldMax: of((one) => one[name].heldMax),
  });
  const completionSeconds = of((one) => one.completionSeconds);
  return { completionSeconds, fast: consumer('fast'), slow: consumer('slow') };
}

/** What may be told of the machine: how many cores and which system. */
function machine(): string {
  const release = readFileSync('/etc/os-release', 'utf8');
  const name = release.match(/^NAME="?(\w+)/m)?.[1] ?? 'Linux';
  const version = release.match(/^VERSION_ID="?([\w.]+)/m)?.[1] ?? '';
  return `${availableParallelism()} cores, ${name} ${version}`.trim();
}

async function versions(url: string, erlang: string): Promise<Record<string, string>> {
  const connection = await opened(url);
  const rabbitmq = connection.connection.serverProperties.version;
  await connection.close();
  const lock = JSON.parse(readFileSync(`${HERE}package-lock.json`, 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  const amqplib = lock.packages['node_modules/amqplib']!.version;
  return { rabbitmq, erlang, node: process.versions.node, amqplib };
}

const COLUMNS = 'prefetch,seconds,fast,slow,slow share,fast ms,slow ms,fast gap ms,held,held slow';

/** A line of the table on the terminal. */
function line(name: string, { completionSeconds, fast, slow }: RunFigures): string {
  const cells = [name, completionSeconds, fast.handled, slow.handled, slow.share];
  cells.push(fast.handlingMs, slow.handlingMs, fast.gapMs, fast.heldMax, slow.heldMax);
  return cells.map((cell) => `${cell}`.padStart(12)).join('');
}

async function main(port: string, erlang: string, repetitions: number): Promise<void> {
  const url = `amqp://127.0.0.1:${port}`;
  const runs: Record<string, RunFigures[]> = {};
  console.log(
    COLUMNS.split(',')
      .map((one) => one.padStart(12))
      .join(''),
  );
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const prefetch of PREFETCHES) {
      const figures = await run(url, prefetch, repetition);
      runs[`p${prefetch}`] = [...(runs[`p${prefetch}`] ?? []), figures];
      console.log(line(`${prefetch}`, figures));
    }
  }
  const median = Object.fromEntries(
    Object.entries(runs).map(([name, figures]) => [name, medians(figures)]),
  );
  console.log('medians');
  for (const [name, figures] of Object.entries(median)) console.log(line(name.slice(1), figures));
  const told = {
    measured: new Date().toISOString().slice(0, 10),
    machine: machine(),
    versions: await versions(url, erlang),
    messages: MESSAGES,
    sleepsMs: SLEEPS_MS,
    repetitions,
    medians: median,
    runs,
  };
  writeFileSync(`${HERE}figures.json`, `${JSON.stringify(told, null, 2)}\n`);
}

const [port, erlang, repetitions] = process.argv.slice(2);
if (port === undefined || erlang === undefined || !(Number(repetitions) >= 1)) {
  throw new Error('usage: measure.ts PORT ERLANG REPETITIONS; run.sh gives them');
}
await main(port, erlang, Number(repetitions));
