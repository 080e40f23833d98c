import { type RunSource, runExportOf } from '../../../src/report/export/run/index.js';
import { renderReport } from '../../../src/report/index.js';
import { type RunResult, reported, type SampledRequest } from '../../../src/study/index.js';
import { fixtureInput } from '../fixture.js';
import { NASTY } from './judged.js';

/** Where a run is exported from, made as the command line makes it. */
export function sourceOf(result: RunResult, more: Partial<RunSource> = {}): RunSource {
  const stored = JSON.parse(JSON.stringify(result)) as RunResult;
  const input = { result: reported(stored) };
  return {
    input,
    stored,
    drawn: () => renderReport(input),
    epochSeconds: 0,
    picture: null,
    ...more,
  };
}

/** The bytes of an export, chosen by a file's name. */
export async function exported(
  name: string,
  result: RunResult,
  more: Partial<RunSource> = {},
): Promise<Buffer> {
  const { ending, of, picture } = runExportOf(name)!;
  const write = await of.load(ending);
  const parts: Uint8Array[] = [];
  for await (const part of write(sourceOf(result, { picture, ...more }))) {
    parts.push(Buffer.from(part as string));
  }
  return Buffer.concat(parts);
}

/** A made-up run of four policies over a minute. */
export function plainRun(): RunResult {
  const { differences: _, pairs: __, ...result } = fixtureInput({ seconds: 60 }).result;
  return seeded(result);
}

/** Each policy with the one run that its figures are of. */
function seeded(result: RunResult): RunResult {
  for (const policy of Object.values(result.policies)) {
    const { fingerprint, metrics, verdict } = policy;
    policy.replications = [{ seed: result.seed, fingerprint, metrics, verdict }];
  }
  return result;
}

/** The same with names that break what does not escape them, in every place that has one. */
export function nastyRun(): RunResult {
  const names = ['unbounded', 'bounded-reject', 'retry-storm', 'retry-budget'];
  const policies = [NASTY[0]!, '__proto__', NASTY[4]!, 'a|"b"\\\n`c` Zwölf 漢字 🦊'];
  const rename = Object.fromEntries(names.map((name, index) => [name, policies[index]!]));
  const { differences: _, pairs: __, ...result } = fixtureInput({ seconds: 20, rename }).result;
  const first = result.policies[policies[0]!]!;
  for (const name of NASTY) {
    const plain = name.replaceAll('.', ' ');
    (first.series as Record<string, unknown>)[`services.${plain}.queue.depth`] = [1, null, 2.5];
    first.faults.push({ from: 1, to: 3, text: name });
    first.alerts.push({ at: 2, rule: name, component: name, value: 1, text: name, until: null });
    first.verdict.cascade.push({ at: 2, component: name, what: 'saturated', text: name });
  }
  first.notes[NASTY[0]!] = NASTY[1]!;
  return seeded({
    ...result,
    title: NASTY.join(' '),
    seed: NASTY[3]!,
    expect: NASTY.map((that) => ({
      that,
      policy: that,
      passed: false,
      actual: that,
      held: '0 of 1',
      detail: that,
    })),
    samples: {
      ['__proto__']: NASTY.map((request, index) => sample(request, index)),
    },
  });
}

function sample(request: string, at: number): SampledRequest {
  const common = { kind: 'request', place: request, outcome: request } as const;
  return {
    request,
    fate: request,
    arrived: at,
    ended: at + 1,
    latency: 1,
    spans: [{ id: 0, parent: null, from: at, to: at + 1, ...common }],
  };
}
