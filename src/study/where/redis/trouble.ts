import { ReplyError } from './resp.js';

/** What is wrong with Redis, in one line for the user; holds no password. */
export class RedisTrouble extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RedisTrouble';
  }
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was closed at once (does it speak TLS? then rediss://)',
  ENOTFOUND: 'there is no machine of this name',
  EAI_AGAIN: 'the name could not be looked up',
  ETIMEDOUT: 'no answer',
  NO_TLS: 'no answer to TLS (does it speak TLS there? if not, redis://)',
  EHOSTUNREACH: 'there is no way to that machine',
  ENETUNREACH: 'there is no way to that network',
  EPIPE: 'the connection was closed',
  DEPTH_ZERO_SELF_SIGNED_CERT: `its certificate is signed by itself; name it with --redis-ca FILE`,
  SELF_SIGNED_CERT_IN_CHAIN: `its certificate comes from an authority unknown here; name that authority's with --redis-ca FILE`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `its certificate comes from an authority unknown here; name that authority's with --redis-ca FILE`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `its certificate comes from an authority unknown here; name that authority's with --redis-ca FILE`,
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there; redis:// is for that',
};

const REFUSALS: Record<string, string> = {
  WRONGPASS: 'wrong user or password',
  NOAUTH: 'it asks for a password, and there is none in the address',
  NOPERM: 'the user may not do what this needs',
  DENIED: 'it runs in protected mode: only its own machine is let in without a password',
  LOADING: 'it is still loading its data',
  OOM: 'its memory is full. Cure: free some, or raise its maxmemory, and begin again',
  READONLY:
    'it is a copy, which nobody may write to. Cure: name the one that it is a copy of, or make ' +
    'it a primary again',
  MISCONF:
    'it cannot save to its disk, and takes nothing until it can. Cure: make room there, or turn ' +
    'saving off',
  NOREPLICAS: 'it has too few copies to take anything',
  MASTERDOWN: 'it is a copy that has lost the one it is a copy of',
  BUSY: "a script of somebody else's keeps it busy",
};

/** Why a connection to Redis failed, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  const known = REASONS[code ?? ''];
  if (known !== undefined) return known;
  const refused = refusalOf(message ?? '');
  if (refused !== null) return refused;
  if (/AUTH.*without any password/.test(message ?? ''))
    return 'it has no password, and one was given';
  return message || code || String(error);
}

/** What Redis refused, if these are its words, also as an older Redis says it of a script. */
export function refusalOf(message: string): string | null {
  const word = /^-?([A-Z]+)\b/.exec(message)?.[1] ?? '';
  const inScript = /@user_script: ?\d+: -?([A-Z]+)\b/.exec(message)?.[1] ?? '';
  return REFUSALS[word] ?? REFUSALS[inScript] ?? null;
}

/** What Redis refused is the user's to mend; anything else stays what it is. */
export function troubleOf(error: unknown, shown: string): Error {
  if (error instanceof ReplyError) return new RedisTrouble(`${shown}: ${reasonOf(error)}`);
  return error as Error;
}
