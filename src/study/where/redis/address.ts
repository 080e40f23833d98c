import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { RedisTrouble } from './trouble.js';

/** Where a Redis is, and how one is let in. */
export interface Address {
  host: string;
  port: number;
  username: string | null;
  password: string | null;
  /** Number of the database; 0 where the address names none. */
  database: number;
  /** Null for a connection in the clear. */
  tls: ConnectionOptions | null;
  /** The address as it may be shown: without the password. */
  shown: string;
}

const PORT = 6379;
const FORM = 'redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE], or rediss:// for TLS';

/**
 * Reads `redis://user:password@host:port/database`; `rediss` is the same through TLS, whose
 * certificate must come from an authority that this machine trusts or from one in the file `ca`.
 * Parts with special characters are percent-encoded. No message of this holds what was written:
 * there may be a password in it.
 */
export function readAddress(text: string, ca?: string): Address {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new RedisTrouble(`the address of Redis is none: expected ${FORM}`);
  }
  const isTls = url.protocol === 'rediss:';
  if (!isTls && url.protocol !== 'redis:') {
    throw new RedisTrouble(`the address of Redis begins with ${url.protocol}//: expected ${FORM}`);
  }
  const [username, password] = [decoded(url.username), decoded(url.password)];
  const host = decoded(url.hostname).replace(/^\[|\]$/g, '') || 'localhost';
  const port = url.port === '' ? PORT : Number(url.port);
  const path = url.pathname.replace(/^\//, '');
  if (!/^\d*$/.test(path)) {
    throw new RedisTrouble('the address of Redis names a database that is no number, such as /1');
  }
  if (ca !== undefined && !isTls) {
    throw new RedisTrouble('--redis-ca is for rediss://: a redis:// connection has no certificate');
  }
  return {
    host,
    port,
    username: username || null,
    password: password || null,
    database: Number(path),
    tls: isTls ? tlsOf(host, ca) : null,
    shown: shownOf({ isTls, username, password, host: url.hostname || host, port, path }),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new RedisTrouble('the address of Redis holds a % that encodes nothing: write it as %25');
  }
}

function tlsOf(host: string, ca: string | undefined): ConnectionOptions {
  // An address in numbers has no name to ask for.
  const named = /[^\d.:a-f]/i.test(host) ? { servername: host } : {};
  if (ca === undefined) return named;
  try {
    return { ...named, ca: readFileSync(ca) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new RedisTrouble(`--redis-ca ${ca}: cannot be read: ${code ?? String(error)}`);
  }
}

function shownOf(of: {
  isTls: boolean;
  username: string;
  password: string;
  host: string;
  port: number;
  path: string;
}): string {
  const secret = of.password === '' ? '' : ':***';
  const who = of.username === '' && secret === '' ? '' : `${of.username}${secret}@`;
  const where = `${of.host}:${of.port}${of.path === '' ? '' : `/${of.path}`}`;
  return `${of.isTls ? 'rediss' : 'redis'}://${who}${where}`;
}
