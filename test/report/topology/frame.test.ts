import { describe, expect, it } from 'vitest';
import { html } from '../../../src/report/html.js';
import type { ReportInput } from '../../../src/report/index.js';
import type { SectionParts } from '../../../src/report/sections/section.js';
import { topologySection } from '../../../src/report/sections/topology.js';
import { type Film, frameAt, momentOf } from '../../../src/report/topology/film.js';
import { type Scene, sceneOf } from '../../../src/report/topology/scene.js';
import { slotsOf } from '../../../src/report/topology/slots.js';
import { stripOf } from '../../../src/report/topology/strip.js';
import { frameWords, lastTold, toldMoments } from '../../../src/report/topology/words.js';
import { shopInput } from './scenes.js';

const NASTY = '</script><img src=x onerror=alert(1)>';

function scene(input: ReportInput): Scene {
  const made = sceneOf(input);
  if (made === null) throw new Error('nothing to draw');
  return made;
}

function rendered(input: ReportInput): string {
  // It looks at nothing but the input.
  const section = topologySection.render({ input } as SectionParts);
  return html`${section}`.text;
}

function filmOf({ films }: Scene, policy: number): Film {
  return films[policy] as Film;
}

/** What a place in the drawing says under a policy at a second. */
function said(input: ReportInput, policy: number, second: number) {
  const { films, graph, scale } = scene(input);
  const film = films[policy] as Film;
  const slots = slotsOf(graph, scale, film, frameAt(film, momentOf(film, second)));
  return (part: string, what: string) => {
    const place = graph.parts.findIndex(({ name }) => name === part);
    return slots.get(`p${place}${what}`);
  };
}

/** Every tag of a text that is opened is closed, in order; attributes are quoted. */
function expectWellFormed(svg: string): void {
  const open: string[] = [];
  for (const [tag, end, name, attributes, empty] of svg.matchAll(
    /<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z-]+(?:="[^"<>]*")?)*)\s*(\/?)>/g,
  )) {
    expect(attributes?.replace(/"[^"]*"/g, '""'), tag).not.toMatch(/ (on[a-z]+|style)=/);
    if (end === '/') expect(open.pop()).toBe(name);
    else if (empty !== '/') open.push(name as string);
  }
  expect(open).toEqual([]);
  expect(svg.replace(/<\/?[a-zA-Z][^<>]*>/g, '')).not.toMatch(/[<>]/);
}

describe('the frame that stands without a script', () => {
  const input = shopInput();

  it('is of the worst policy at its worst moment, and says so', () => {
    const { films, worst } = scene(input);
    expect(Object.keys(input.result.policies)[worst.policy]).toBe('retry-storm');
    const at = worst.moment * (films[worst.policy] as Film).seconds;
    expect(at).toBeGreaterThanOrEqual(60);
    const page = rendered(input);
    expect(page).toContain('Shown is the worst moment of retry-storm, the policy that fared worst');
    expect(page).toMatch(/aria-label="retry-storm\. At [^"]+ ended good\."/);
  });

  it('is the same to the byte when drawn again, and holds no bad figure', () => {
    const page = rendered(input);
    expect(rendered(shopInput())).toBe(page);
    expect(page).not.toMatch(/NaN|undefined|Infinity|null| style=/);
    for (const svg of page.match(/<svg[\s\S]*?<\/svg>/g) ?? []) expectWellFormed(svg);
  });

  it('does nothing that a name asks for', () => {
    const names = { gateway: NASTY, checkout: '__proto__', mails: 'constructor' };
    const nasty = shopInput(names);
    for (const policy of Object.values(nasty.result.policies)) {
      policy.faults = [{ from: 0, to: 300, text: NASTY, on: [NASTY, '__proto__', 'nobody'] }];
    }
    const page = rendered(nasty);
    expect(page).not.toContain('<img');
    expect(page).toContain('__proto__');
    for (const svg of page.match(/<svg[\s\S]*?<\/svg>/g) ?? []) expectWellFormed(svg);
  });

  it('is left out where no policy says what calls what, or there are no series', () => {
    const without = shopInput();
    for (const policy of Object.values(without.result.policies)) delete policy.topology;
    expect(sceneOf(without)).toBeNull();
    const empty = shopInput();
    for (const policy of Object.values(empty.result.policies)) policy.series = { step: 1 };
    expect(sceneOf(empty)).toBeNull();
  });

  it('draws the parts that other policies have faintly', () => {
    const fewer = shopInput();
    const storm = fewer.result.policies['retry-storm']!.topology!;
    storm.nodes = storm.nodes.filter(({ name }) => name !== 'stock');
    storm.edges = storm.edges.filter(({ to }) => to !== 'stock');
    const place = scene(fewer).graph.parts.findIndex(({ name }) => name === 'stock');
    expect(rendered(fewer)).toMatch(new RegExp(`data-slot="p${place}" class="[^"]*absent"`));
  });
});

describe('a moment drawn', () => {
  const input = shopInput();

  it('fills the bars of workers and queues, and writes the figures', () => {
    const calm = said(input, 0, 30);
    expect(calm('checkout', '.busyText')?.text).toBe('12 of 30 busy');
    expect(calm('checkout', '.word')?.text).toBe('');
    const bad = said(input, 1, 100);
    expect(bad('checkout', '.busyText')?.text).toBe('all 30 busy');
    expect(bad('payments-db', '.depthText')?.text).toMatch(/^\d+ of 100$/);
    expect(bad('payments-db', '.word')?.text).toBe('queue full');
    expect(bad('stock', '.busyText')?.text).toBe('12, no bound');
    const [narrow, wide] = [calm, bad].map(
      (at) => at('checkout', '.busy')?.attributes?.['width'] as number,
    );
    expect(wide! / narrow!).toBeCloseTo(2.5, 1);
  });

  it('shows replicas out of rotation, and memory', () => {
    const down = said(input, 0, 90);
    expect(down('payments-db', '')?.attributes?.['class']).toContain('tone-down');
    expect(down('payments-db', '.word')?.text).toBe('down');
    expect(down('gateway', '.replicaText')?.text).toBe('0 of 2 up');
    expect(said(input, 0, 30)('gateway', '.memoryText')?.text).toBe('30% used');
  });

  it('makes lines as wide as their traffic, retries apart, and names an open breaker', () => {
    const { films, graph, scale } = scene(input);
    const lines = (policy: number, second: number) => {
      const film = films[policy] as Film;
      const slots = slotsOf(graph, scale, film, frameAt(film, momentOf(film, second)));
      return (what: string) => slots.get(`l0${what}`);
    };
    const calm = lines(0, 30);
    const storm = lines(2, 90);
    expect(calm('.rate')?.text).toBe('900/s');
    expect(calm('.more')?.text).toBe('');
    expect(calm('.all')?.attributes).toEqual({ 'stroke-width': 0 });
    expect(storm('.more')?.text).toBe('+ 2,700/s again');
    const [rim, core] = ['.all', '.first'].map(
      (what) => storm(what)?.attributes?.['stroke-width'] as number,
    );
    expect(rim!).toBeGreaterThan(core! + 3);
    expect(lines(3, 90)('')?.attributes?.['class']).toContain('open');
    expect(lines(3, 90)('.more')?.text).toBe('breaker open');
  });

  it('marks faults where they act while they act, and numbers the cascade as it comes', () => {
    const quiet = said(input, 2, 59);
    const during = said(input, 2, 75);
    expect(quiet('payments-db', '.fault')?.text).toBe('');
    expect(during('payments-db', '.fault')?.text).toBe('payments-db slow ×22.5');
    expect(during('payments-db', '')?.attributes?.['class']).toContain('struck');
    const marks = ['payments-db', 'checkout', 'gateway'].map(
      (name) => during(name, '.markText')?.text,
    );
    expect(marks).toEqual(['1', '2', '3']);
    expect(quiet('payments-db', '.mark')?.attributes?.['class']).toContain('none');
  });

  it('is told in a sentence, with what happened last', () => {
    const made = scene(input);
    const film = filmOf(made, 2);
    expect(frameWords(made.graph, frameAt(film, 75))).toMatch(
      /^At 75\.5\u00a0s: gateway overloaded, .*; fault payments-db slow ×22\.5, fault latency/,
    );
    expect(lastTold(film, 59)).toBeNull();
    expect(lastTold(film, 62)).toMatch(/^checkout: all 60 workers busy/);
    expect(toldMoments(film)).toEqual([...new Set(toldMoments(film))].sort((a, b) => a - b));
  });

  it('shows a fault that is over at once in the moment it strikes', () => {
    const flush = shopInput();
    flush.result.policies['unbounded']!.faults = [
      { from: 10, to: 10, text: 'flush stock', on: ['stock'] },
    ];
    expect(said(flush, 0, 9)('stock', '.fault')?.text).toBe('');
    expect(said(flush, 0, 10)('stock', '.fault')?.text).toBe('flush stock');
    expect(said(flush, 0, 11)('stock', '.fault')?.text).toBe('');
  });
});

describe('the data of the player', () => {
  it('are 300 moments a policy, fewer for many policies, so that they stay small', () => {
    const made = scene(shopInput());
    expect(made.films.map((film) => film?.length)).toEqual([300, 300, 300, 300]);
    expect(JSON.stringify(made).length).toBeLessThan(75_000);
    const many = shopInput();
    const [first] = Object.values(many.result.policies);
    for (let more = 0; more < 20; more++) many.result.policies[`more-${more}`] = { ...first! };
    expect(JSON.stringify(scene(many)).length).toBeLessThan(250_000);
  });

  it('keep the deepest queue and the fewest replicas of a moment of several steps', () => {
    const many = shopInput();
    const [first] = Object.values(many.result.policies);
    for (let more = 0; more < 20; more++) many.result.policies[`more-${more}`] = { ...first! };
    const film = filmOf(scene(many), 0);
    expect(film.length).toBeLessThan(300);
    const frame = frameAt(film, momentOf(film, 90));
    const place = scene(many).graph.parts.findIndex(({ name }) => name === 'payments-db');
    expect(frame.parts[place]?.rotation).toBe(0);
  });

  it('hold a strip whose paths end within their field', () => {
    const strip = stripOf(filmOf(scene(shopInput()), 0));
    for (const path of Object.values(strip)) {
      expect(path).not.toMatch(/NaN|Infinity/);
      for (const [, x] of path.matchAll(/[MH]([\d.]+)/g))
        expect(Number(x)).toBeLessThanOrEqual(1000);
    }
  });
});
