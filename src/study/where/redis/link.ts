import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { readAddress } from './address.js';
import { type BullMq, loadBull } from './bull.js';
import { BullClient } from './bull-client.js';
import { PREFIX } from './names.js';
import { defineScripts } from './scripts.js';
import { RedisTrouble, reasonOf } from './trouble.js';

export interface LinkOptions {
  /** `redis://` or `rediss://`, with a password where one is needed. */
  url: string;
  /** File of the authority that signed the server's certificate. Default: those the machine trusts. */
  ca?: string | undefined;
  /** Says something to the user: one line, without secrets. */
  tell(line: string): void;
}

/** A way to a Redis that is kept up, and BullMQ to use it. */
export interface Link {
  bull: BullMq;
  client: BullClient;
  /** The address without its password. */
  shown: string;
  /** Tells this process apart from every other, on every machine. */
  id: string;
  /** What BullMQ's parts are opened with. */
  part: { connection: BullClient; prefix: string; skipVersionCheck: boolean };
}

/** What the queue's scripts need (BullMQ says so too). */
const REDIS_MIN = [6, 2] as const;

/** Connects. Throws `RedisTrouble`: no BullMQ, a wrong address or password, nobody there. */
export async function openLink({ url, ca, tell }: LinkOptions): Promise<Link> {
  const address = readAddress(url, ca);
  const bull = await loadBull();
  const client = new BullClient(address, PREFIX);
  await client.open();
  try {
    for (const line of await misgivings(client)) tell(`${address.shown}: ${line}`);
    defineScripts(client);
  } catch (error) {
    client.disconnect();
    throw error instanceof RedisTrouble
      ? error
      : new RedisTrouble(`${address.shown}: ${reasonOf(error)}`);
  }
  tellOfBreaks(client, address.shown, tell);
  return {
    bull,
    client,
    shown: address.shown,
    id: `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
    part: { connection: client, prefix: PREFIX, skipVersionCheck: true },
  };
}

/** What is not as it should be with this Redis; throws where it will not do at all. */
async function misgivings(client: BullClient): Promise<string[]> {
  const about = await client.info().catch((error: unknown) => {
    // A user without the right to ask may still use the queue.
    if (/^NOPERM/.test((error as Error).message)) return '';
    throw error;
  });
  const said = new Map(about.split(/\r?\n/).map((line) => line.split(':', 2) as [string, string]));
  const version = said.get('redis_version') ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = REDIS_MIN;
  if (version !== '' && (major < leastMajor || (major === leastMajor && minor < leastMinor))) {
    const shown = client.address.shown;
    throw new RedisTrouble(`${shown}: is Redis ${version}; ${REDIS_MIN.join('.')} is needed`);
  }
  const policy = said.get('maxmemory_policy') ?? 'noeviction';
  if (policy === 'noeviction') return [];
  return [
    `its maxmemory-policy is ${policy}: where memory is short it throws runs away, and they are ` +
      'made again. Cure: maxmemory-policy noeviction',
  ];
}

function tellOfBreaks(client: BullClient, shown: string, tell: (line: string) => void): void {
  let isAway = false;
  const reasons = new Set<string>();
  client.on('close', () => {
    if (!isAway && client.status !== 'end') tell(`${shown}: the connection broke; trying again`);
    isAway = true;
    // That it broke is said.
    for (const code of ['ECONNRESET', 'EPIPE']) reasons.add(reasonOf({ code }));
  });
  client.on('error', (error: unknown) => {
    const reason = reasonOf(error);
    if (isAway && !reasons.has(reason)) tell(`${shown}: ${reason}; trying again`);
    reasons.add(reason);
  });
  client.on('ready', () => {
    if (isAway) tell(`${shown}: connected again`);
    isAway = false;
    reasons.clear();
  });
}
