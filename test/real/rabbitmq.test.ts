import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { formatIssue, loadScenario } from '../../src/scenario/index.js';
import { runScenario } from '../../src/study/index.js';

interface Consumer {
  handled: number;
  share: number;
  handlingMs: number;
}

interface Figures {
  messages: number;
  medians: Record<string, { completionSeconds: number; fast: Consumer; slow: Consumer }>;
}

interface Written {
  services: Record<'fast' | 'slow', { handler: unknown }>;
  policies: Record<string, unknown>;
}

const AGREEMENT = 0.15;
const here = new URL('rabbitmq/', import.meta.url);
const real = JSON.parse(readFileSync(new URL('figures.json', here), 'utf8')) as Figures;
const text = readFileSync(new URL('prefetch.yaml', here), 'utf8');

/** The figures of the scenario under one policy, with the handling times that were measured. */
async function simulated(policy: string): Promise<Record<string, number | null>> {
  const written = parse(text) as Written;
  for (const name of ['fast', 'slow'] as const) {
    const work = `${real.medians[policy]![name].handlingMs}ms`;
    written.services[name].handler = [{ work }];
  }
  written.policies = { [policy]: written.policies[policy] };
  const source = { text: stringify({ ...written, expect: [] }), file: 'prefetch.yaml' };
  const { scenario, issues } = loadScenario(source);
  if (scenario === null) throw new Error(issues.map(formatIssue).join('\n'));
  const options = { version: 'test', scenarioSha256: '', memoryLimitBytes: 2e9 };
  const result = await runScenario(scenario, options);
  return result.policies[policy]!.metrics;
}

/** How far a figure lies from the real one, as a share of the real one. */
function off(figure: number | null | undefined, of: number): number {
  return Math.abs((figure ?? Infinity) - of) / of;
}

describe('a real RabbitMQ and the simulated one agree within 15%', () => {
  it.each(['p1', 'p10', 'p1000'])(
    '%s: what each consumer handles, and when all is done',
    async (policy) => {
      const { fast, slow, completionSeconds } = real.medians[policy]!;
      const metrics = await simulated(policy);
      const handled = metrics['services.fast.completed']! + metrics['services.slow.completed']!;
      expect(handled).toBe(real.messages);
      expect(off(metrics['services.fast.completed']! / handled, fast.share)).toBeLessThan(
        AGREEMENT,
      );
      expect(off(metrics['services.slow.completed']! / handled, slow.share)).toBeLessThan(
        AGREEMENT,
      );
      expect(off(metrics['latency.max'], completionSeconds)).toBeLessThan(AGREEMENT);
    },
  );
});
