import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAddress } from '../../src/study/where/redis/address.js';
import { loadBull } from '../../src/study/where/redis/bull.js';
import { BullClient } from '../../src/study/where/redis/bull-client.js';
import { openLink } from '../../src/study/where/redis/link.js';
import { mustHaveAll, redisServerPath, runs } from '../machine.js';
import { RedisServer } from './server.js';

const isLeftOut = !mustHaveAll && redisServerPath() === undefined;
const SECRET = 'hunter2';

/** What is said when it is tried to connect there. */
async function said(url: string, ca?: string): Promise<string> {
  try {
    const link = await openLink({ url, ca, tell: () => undefined });
    link.client.disconnect();
    return 'connected';
  } catch (error) {
    const { name, message } = error as Error;
    expect(message).not.toContain(SECRET);
    return `${name}: ${message}`;
  }
}

describe.skipIf(isLeftOut)('a connection to Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server?.stop());

  it('answers commands in their order, bytes as they were', async () => {
    const client = await server.client();
    const bytes = Buffer.from([0, 255, 13, 10]);
    const answers = await Promise.all([
      client.call('SET', 'a', bytes),
      client.ask(['GET', 'a'], true),
      client.call('INCR', 'n'),
      client.hset('h', { one: 1, two: 'zwei' }),
      client.hgetall('h'),
    ]);
    expect(answers).toEqual(['OK', bytes, 1, 2, { one: '1', two: 'zwei' }]);
    await expect(client.call('INCR', 'h')).rejects.toThrow('WRONGTYPE');
  });

  it('runs a script by its hash, and again after Redis has lost it', async () => {
    const client = await server.client();
    client.defineCommand('sum', {
      numberOfKeys: 1,
      lua: "return redis.call('INCRBY', KEYS[1], ARGV[1])",
    });
    expect(await client.runCommand('sum', ['sum', 2])).toBe(2);
    await client.call('SCRIPT', 'FLUSH');
    expect(await client.runCommand('sum', ['sum', 3])).toBe(5);
    await client.call('SCRIPT', 'FLUSH');
    expect(await client.multi().runCommand('sum', ['sum', 1]).hgetall('none').exec()).toEqual([
      [null, 6],
      [null, {}],
    ]);
    const batch = client.pipeline().runCommand('sum', ['sum', 1]).llen('sum').llen('none');
    expect(await batch.exec()).toEqual([
      [null, 7],
      [expect.objectContaining({ message: expect.stringContaining('WRONGTYPE') }), null],
      [null, 0],
    ]);
  });

  it('walks over all keys', async () => {
    const client = await server.client();
    await Promise.all(Array.from({ length: 300 }, (_, i) => client.call('SET', `walk:${i}`, i)));
    const found: string[] = [];
    for await (const keys of client.scanStream({ match: 'walk:*' })) found.push(...keys);
    expect(new Set(found).size).toBe(300);
  });

  it('comes back by itself when Redis does; what was asked meanwhile is answered then', async () => {
    const other = await RedisServer.start();
    try {
      const told: string[] = [];
      const { client, shown } = await openLink({ url: other.url, tell: (line) => told.push(line) });
      const blocking = client.duplicate();
      await blocking.connect();
      const blocked = blocking.bzpopmin('nothing', 0);
      await other.down();
      const asked = client.call('SET', 'a', '1');
      await pause(300);
      await other.up();
      expect(await asked).toBe('OK');
      await blocking.connect();
      await client.call('ZADD', 'nothing', 3, 'something');
      expect(await blocked).toEqual(['nothing', 'something', '3']);
      client.disconnect();
      blocking.disconnect();
      await expect(client.call('PING')).rejects.toThrow('Connection is closed.');
      expect(told).toEqual([
        `${shown}: the connection broke; trying again`,
        `${shown}: nobody listens there; trying again`,
        `${shown}: connected again`,
      ]);
    } finally {
      await other.stop();
    }
  });

  it('can be ended and begun again, as BullMQ does with those that block', async () => {
    const client = (await server.client()).duplicate();
    await client.connect();
    const blocked = client.bzpopmin('nothing', 0);
    const ended = new Promise((resolve) => client.once('end', resolve));
    client.disconnect();
    await ended;
    await expect(blocked).rejects.toThrow('Connection is closed.');
    await client.connect();
    expect(await client.call('PING')).toBe('PONG');
    client.disconnect();
  });

  it('warns where runs may be thrown away for want of memory', async () => {
    const other = await RedisServer.start('--maxmemory-policy', 'allkeys-lru');
    const told: string[] = [];
    const { client } = await openLink({ url: other.url, tell: (line) => told.push(line) });
    client.disconnect();
    await other.stop();
    expect(told).toEqual([expect.stringContaining('maxmemory-policy is allkeys-lru')]);
  });

  it('that nobody answers is one line', async () => {
    const other = await RedisServer.start();
    await other.stop();
    const place = `redis://lab:***@127.0.0.1:${other.port}`;
    expect(await said(`redis://lab:${SECRET}@127.0.0.1:${other.port}`)).toBe(
      `RedisTrouble: ${place}: nobody listens there`,
    );
    expect(await said('redis://no-such-machine.invalid')).toContain(
      'RedisTrouble: redis://no-such',
    );
  });

  it('needs BullMQ, and names the command that installs it', async () => {
    const missing = Object.assign(new Error('no package'), { code: 'ERR_MODULE_NOT_FOUND' });
    await expect(loadBull(() => Promise.reject(missing))).rejects.toThrow(
      'need BullMQ, which is not installed: npm install bullmq@6.7.0',
    );
    await expect(loadBull(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});

describe.skipIf(isLeftOut)('a Redis that asks who one is', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
    const client = await server.client();
    await client.call('ACL', 'SETUSER', 'lab', 'on', `>${SECRET}@/`, '~spillway:*', '&*', '+@all');
    await client.call('CONFIG', 'SET', 'requirepass', SECRET);
  });
  afterAll(() => server?.stop());

  it('lets in the right password, alone or with a user, and no other', async () => {
    const at = `127.0.0.1:${server.port}`;
    expect(await said(`redis://:${SECRET}@${at}`)).toBe('connected');
    expect(await said(`redis://lab:${encodeURIComponent(`${SECRET}@/`)}@${at}`)).toBe('connected');
    expect(await said(`redis://${at}`)).toBe(
      `RedisTrouble: redis://${at}: it asks for a password, and there is none in the address`,
    );
    expect(await said(`redis://lab:${SECRET}@${at}`)).toBe(
      `RedisTrouble: redis://lab:***@${at}: wrong user or password`,
    );
    expect(await said(`redis://:${SECRET}@${at}/3`)).toBe('connected');
  });
});

const hasOpenssl = runs('/usr/bin/openssl');

describe.skipIf(isLeftOut || (!mustHaveAll && !hasOpenssl))('a Redis behind TLS', () => {
  let server: RedisServer;
  let plain: RedisServer;
  let certificate = '';
  beforeAll(async () => {
    plain = await RedisServer.start();
    certificate = join(plain.folder, 'cert.pem');
    const key = join(plain.folder, 'key.pem');
    const subject = [
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost,IP:127.0.0.1',
    ];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject].concat(
        ...['-keyout', key, '-out', certificate],
      ),
      { stdio: 'pipe' },
    );
    server = await RedisServer.start(
      ...['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate],
      ...['--tls-auth-clients', 'no', '--tls-port', String(plain.port + 1)],
    );
  });
  afterAll(async () => {
    await server?.stop();
    await plain?.stop();
  });

  it('is trusted with its certificate named, and only then', async () => {
    const url = `rediss://localhost:${plain.port + 1}`;
    expect(await said(url, certificate)).toBe('connected');
    expect(await said(url.replace('localhost', '127.0.0.1'), certificate)).toBe('connected');
    expect(await said(url)).toContain(
      'its certificate is signed by itself; name it with --redis-ca',
    );
    const client = new BullClient(readAddress(url, certificate), 'test');
    await client.open();
    expect(await client.call('PING')).toBe('PONG');
    client.disconnect();
  });

  it('is not mistaken for one in the clear, nor the other way round', async () => {
    expect(await said(`rediss://127.0.0.1:${plain.port}`)).toMatch(/no answer to TLS/);
    expect(await said(`redis://127.0.0.1:${plain.port + 1}`)).toMatch(/does it speak TLS/);
  });
});
