import type { PolicyResult, RunResult, StabilityResult, SweepResult } from './result.js';

/** The result that a text holds, as `spillway run --json` says it; else why it holds none. */
export function readResult(text: string): { result: RunResult } | { reason: string } {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return { reason: 'it is no JSON' };
  }
  if (!isRecord(found)) return { reason: 'it is no JSON object' };
  const { spillway, version, seed, policies } = found;
  if (spillway !== 1) {
    const isOther = Number.isFinite(spillway) && 'scenario_sha256' in found;
    return {
      reason: isOther
        ? `it is a result of format ${spillway}; this version reads format 1`
        : 'it is no result of spillway run --json',
    };
  }
  if (typeof version !== 'string' || typeof seed !== 'string' || !isRecord(policies)) {
    return { reason: 'version, seed or policies are missing, as of a result they would not be' };
  }
  for (const [name, policy] of Object.entries(policies)) {
    if (!isPolicy(policy)) return { reason: `policies.${name} has no replications to compare` };
  }
  return { result: found as unknown as RunResult };
}

/** What a file of JSON may hold that a report can be drawn from. */
export type Stored =
  | { kind: 'run'; result: RunResult }
  | { kind: 'sweep'; result: SweepResult }
  | { kind: 'stability'; result: StabilityResult };

/** The result that a text holds, of whatever command; else why it holds none. */
export function readStored(text: string): Stored | { reason: string } {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return { reason: 'it is no JSON' };
  }
  if (isRecord(found) && found['study'] === 'sweep') return sweepIn(found);
  if (isRecord(found) && found['kind'] === 'stability') return stabilityIn(found);
  const read = readResult(text);
  if ('reason' in read) return read;
  const lacks = Object.entries(read.result.policies).find(([, policy]) => !isWhole(policy));
  if (lacks !== undefined) return { reason: `policies.${lacks[0]} is not whole` };
  if (!Array.isArray(read.result.expect)) return { reason: 'expect is missing' };
  return { kind: 'run', result: read.result };
}

function sweepIn(found: Record<string, unknown>): Stored | { reason: string } {
  const { axes, cells, policies } = found;
  const whole = [axes, cells, policies].every(Array.isArray) && isRecord(found['units']);
  if (!whole || !hasHead(found)) return { reason: 'it is no whole result of spillway sweep' };
  return { kind: 'sweep', result: found as unknown as SweepResult };
}

function stabilityIn(found: Record<string, unknown>): Stored | { reason: string } {
  const { policies } = found;
  const whole = isRecord(policies) && Object.values(policies).every(isStability);
  if (!whole || !hasHead(found)) return { reason: 'it is no whole result of spillway stability' };
  return { kind: 'stability', result: found as unknown as StabilityResult };
}

function hasHead({ spillway, version, title, seed }: Record<string, unknown>): boolean {
  return spillway === 1 && [version, title, seed].every((one) => typeof one === 'string');
}

function isStability(value: unknown): boolean {
  return isRecord(value) && Array.isArray(value['loads']) && isRecord(value['theory']);
}

/** Whether a policy has all that a page tells of it. */
function isWhole(policy: PolicyResult): boolean {
  const { alerts, fingerprint, ledger, series, verdict } = policy;
  if (!Array.isArray(policy.faults) || !Array.isArray(alerts) || !isRecord(ledger)) return false;
  if (typeof fingerprint !== 'string' || !isRecord(ledger.failed)) return false;
  return Number.isFinite(series.step) && series.step > 0 && Array.isArray(verdict.cascade);
}

/** Whether a text is a result and no scenario: both may be JSON. */
export function looksLikeResult(text: string): boolean {
  return /^\s*\{/.test(text) && /"scenario_sha256"\s*:/.test(text);
}

function isPolicy(value: unknown): boolean {
  if (!isRecord(value) || !isMetrics(value['metrics'])) return false;
  const parts = ['notes', 'intervals', 'series', 'verdict', 'theory'];
  if (!parts.every((part) => isRecord(value[part]))) return false;
  const replications = value['replications'];
  if (!Array.isArray(replications) || replications.length === 0) return false;
  return replications.every(
    (one) =>
      isRecord(one) &&
      typeof one['seed'] === 'string' &&
      isMetrics(one['metrics']) &&
      isRecord(one['verdict']),
  );
}

function isMetrics(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return Object.values(value).every((one) => one === null || Number.isFinite(one));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
