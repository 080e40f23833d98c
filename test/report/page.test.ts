import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ReportInput } from '../../src/report/index.js';
import { renderPage } from '../../src/report/page.js';
import { DARK, LIGHT, type Theme } from '../../src/report/palette.js';
import { allFaults, fixtureInput } from './fixture.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');
const SCRIPT = 'void 0;';

/** The page without its pictures. */
function page(input: ReportInput): string {
  const parts = {
    charts: [],
    studies: [],
    stills: new Map<string, string>(),
    live: [],
    script: SCRIPT,
  };
  return renderPage({ ...parts, input, hash: sha256 });
}

/** What a reader sees of the markup. */
function text(html: string): string {
  return html
    .replace(/<(style|script)[^>]*>.*?<\/\1>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('\u00a0', ' ')
    .replace(/&(lt|gt|quot|amp|#39);/g, (_, name) => ({ lt: '<', gt: '>' })[name as string] ?? "'")
    .replace(/\s+/g, ' ');
}

describe('the page', () => {
  const html = page(fixtureInput());
  const read = text(html);

  it('goes from the answer over the figures to the method', () => {
    const headings = [...html.matchAll(/<h2[^>]*>([^<]*)/g)].map(([, heading]) => heading);
    expect(headings).toEqual([
      'What happened',
      'The policies compared',
      'The cascade',
      'Expectations',
      'What theory says',
      'How this was made',
    ]);
  });

  it('says in a sentence what happened under each policy', () => {
    expect(read).toContain('retry-storm stayed down after the fault was gone (metastable): ');
    expect(read).toContain('bounded-reject recovered 3 s after the fault: ');
    expect(read).toContain('p99 of the successes at least');
    expect(read).toContain('deepest queue 49,560 at payments-db.');
    expect(read).toMatch(
      /bounded-reject and retry-budget recovered, unbounded was still recovering .*, and retry-storm stayed down/,
    );
    expect(read).toMatch(
      / retry-budget and bounded-reject did best, with no difference shown between them: /,
    );
  });

  it('shows intervals, and a dash with its reason where there is no figure', () => {
    expect(read).toMatch(/\d+\/s – \d+\/s/);
    expect(html).toContain('<span title="fewer than 1,000 samples">–</span>');
    expect(html).toContain('<span title="did not recover before the run ended">–</span>');
    expect(html).toMatch(/<li id="note-\d">fewer than 1,000 samples<\/li>/);
    expect(html).toMatch(/title="6\.1% of the requests[^"]*">≥ [\d.]+\u00a0s</);
  });

  it('tells the cascade with times, the faults and the recovery in between', () => {
    const told =
      /60\.0 s Fault begins: .*61\.2 s payments-db: all 50 workers busy, .*2 min Fault ends: /;
    expect(read).toMatch(told);
    expect(read).toContain('Recovered, 4 s after the last fault ended');
  });

  it('ends no fault that was still on when the run ended', () => {
    const input = fixtureInput();
    for (const span of allFaults(input)) span.to = 300;
    expect(text(page(input))).toContain('Fault begins: ');
    expect(text(page(input))).not.toContain('Fault ends: ');
  });

  it('ticks what held and crosses what failed', () => {
    expect(read).toContain('2 of 3 hold.');
    expect(read.match(/✓ holds/g)).toHaveLength(2);
    expect(read).toMatch(/✗ fails goodput\(retry-budget\) .* the other side was 812\.3/);
  });

  it('says what theory gives, or why it gives nothing', () => {
    expect(read).toMatch(/retry-storm 1,250\/s payments-db 313\/s/);
    const theory = {
      capacity: null,
      bottleneck: null,
      stable_below: null,
      reason: 'no closed form: a breaker is in the way',
    };
    expect(text(page(fixtureInput({ theory })))).toContain(theory.reason);
  });

  it('names seed, version, hash and the command, and holds the scenario', () => {
    expect(read).toContain('spillway run scenarios/one-slow-dependency.yaml --seed 42');
    expect(read).toContain('5b0c4d1f'.repeat(8));
    expect(read).toContain('producers: shoppers:');
  });

  it('says that a stopped run is partial', () => {
    const input = fixtureInput();
    input.result.partial = true;
    input.result.stopped = 'interrupted at 12 s';
    expect(text(page(input))).toContain('Partial result.');
    expect(text(page(input))).toContain('interrupted at 12 s');
    expect(html).not.toContain('Partial result.');
  });

  it('allows this script and this style by hash and nothing else', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
    const style = /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? '';
    expect(policy?.replaceAll('&#39;', "'").split('; ')).toEqual([
      "default-src 'none'",
      `script-src 'sha256-${sha256(SCRIPT)}'`,
      `style-src 'sha256-${sha256(style)}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(html.replace(/<style>.*?<\/style>/s, '')).not.toMatch(/\sstyle="|\son[a-z]+="/);
    expect(html).not.toMatch(/(src|href)="(?!#)/);
  });

  it('lets no text of a scenario become markup', () => {
    const nasty = '</script></title></style><img src=x onerror="alert(1)">\'';
    const input = fixtureInput({ rename: { unbounded: nasty, 'retry-storm': '__proto__' } });
    input.result.title = nasty;
    input.result.seed = nasty;
    input.result.version = nasty;
    input.result.partial = true;
    input.result.stopped = nasty;
    input.result.command = nasty;
    input.result.scenario = { file: nasty, text: nasty, description: nasty, resolved: nasty };
    for (const span of allFaults(input)) span.text = nasty;
    for (const policy of Object.values(input.result.policies)) {
      policy.fingerprint = nasty;
      policy.notes = { goodput: nasty, 'latency.p99': nasty };
      policy.ledger.failed = { [nasty]: 1 };
      policy.verdict.deadlock = nasty;
      policy.metrics[`services.${nasty.replaceAll('.', '')}.queue.depth.max`] = 1e9;
      for (const entry of policy.verdict.cascade) entry.text = nasty;
    }
    for (const expectation of input.result.expect) {
      Object.assign(expectation, { that: nasty, policy: nasty, actual: nasty, detail: nasty });
    }
    const made = page(input);
    const tags = (of: string): Record<string, number> => {
      const counts: Record<string, number> = {};
      for (const [, tag] of of.matchAll(/<(\w+)/g)) {
        counts[tag as string] = (counts[tag as string] ?? 0) + 1;
      }
      return counts;
    };
    expect(tags(made)['img']).toBeUndefined();
    expect(tags(made)['script']).toBe(2);
    expect(tags(made)['title']).toBe(1);
    expect(text(made)).toContain('__proto__');
    expect(made.match(/onerror="/g)).toBeNull();
  });
});

describe('colours of text', () => {
  const light = (hex: string): number => {
    const part = (at: number): number => {
      const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
  };
  const contrast = (one: string, other: string): number => {
    const [low = 0, high = 0] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };

  it.each<[string, Theme]>([
    ['light', LIGHT],
    ['dark', DARK],
  ])('have AA contrast in the %s theme', (_, theme) => {
    expect(contrast(theme.ink, theme.paper)).toBeGreaterThan(7);
    expect(contrast(theme.muted, theme.paper)).toBeGreaterThan(4.5);
  });
});
