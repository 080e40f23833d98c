import { describe, expect, it } from 'vitest';
import { readAddress } from '../../src/study/where/redis/address.js';

const SECRET = 'hunter2';

describe('the address of a Redis', () => {
  it('is read with user, password, port and database, percent signs undone', () => {
    expect(readAddress('redis://lab:p%40ss%2F@redis.example:6400/3')).toEqual({
      host: 'redis.example',
      port: 6400,
      username: 'lab',
      password: 'p@ss/',
      database: 3,
      tls: null,
      shown: 'redis://lab:***@redis.example:6400/3',
    });
    expect(readAddress('redis://[::1]')).toMatchObject({ host: '::1', port: 6379, database: 0 });
    expect(readAddress(`redis://:${SECRET}@host`)).toMatchObject({
      username: null,
      password: SECRET,
    });
  });

  it('goes through TLS as rediss, and asks for the certificate of its name', () => {
    expect(readAddress('rediss://redis.example').tls).toEqual({ servername: 'redis.example' });
    expect(readAddress('rediss://10.0.0.5').tls).toEqual({});
    expect(readAddress('redis://redis.example').tls).toBeNull();
  });

  it('is never shown with its password', () => {
    for (const text of [
      `redis://lab:${SECRET}@host`,
      `rediss://:${SECRET}@host:1/2`,
      `redis://lab:${SECRET}@[::1]`,
    ]) {
      const { shown } = readAddress(text);
      expect(shown).not.toContain(SECRET);
      expect(shown).toContain(':***@');
    }
    expect(readAddress('redis://lab@host').shown).toBe('redis://lab@host:6379');
  });

  it.each([
    [`http://lab:${SECRET}@host`, 'begins with http://'],
    [`lab:${SECRET}@host`, 'expected redis://'],
    [`redis://lab:${SECRET}@host:99999`, 'expected redis://'],
    [`redis://lab:${SECRET}%zz@host`, 'encodes nothing'],
    [`redis://lab:${SECRET}@host/first`, 'no number'],
    ['', 'expected redis://'],
  ])('is refused without a word of it: %s', (text, said) => {
    const message = messageOf(() => readAddress(text));
    expect(message).toContain(said);
    expect(message).not.toContain(SECRET);
  });

  it('has a certificate only with TLS, from a file that can be read', () => {
    expect(messageOf(() => readAddress('redis://host', 'ca.pem'))).toContain('is for rediss://');
    const message = messageOf(() => readAddress('rediss://host', 'no/such.pem'));
    expect(message).toBe('--redis-ca no/such.pem: cannot be read: ENOENT');
  });
});

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing thrown';
}
