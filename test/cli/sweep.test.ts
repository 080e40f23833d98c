import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshClient, freshCommandLine } from '../fresh-build.js';
import { pixelsOf } from '../report/export/png.js';
import { type Ended, Folder, SMALL, spillway } from './spillway.js';

const folder = new Folder();
const cwd = folder.path;
/** On one thread: these studies are over before a second one has started. Nothing is kept. */
const run = (command: string, ...args: string[]): Promise<Ended> =>
  spillway([command, ...(command === 'sweep' ? ['--threads', '1', '--no-cache'] : []), ...args], {
    cwd,
  });
const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');
const bytes = (name: string): string => readFileSync(join(cwd, name)).toString('base64');

const AXES = ['--vary', 'load=50%,150%', '--vary', 'services.shop.workers=1..3..1'];
const STUDY = ['small.yaml', ...AXES, '--replications', '2', '--policy', 'as-it-is'];
const ENDINGS = ['json', 'ndjson', 'csv', 'parquet'];
const exportsTo = (name: string): string[] =>
  ENDINGS.flatMap((ending) => ['--export', `${name}.${ending}`]);

beforeAll(async () => {
  await freshCommandLine();
  await freshClient();
  folder.write('small.yaml', SMALL);
});
afterAll(() => folder.remove());

describe('spillway sweep', () => {
  it('shows one axis as a table a policy, in 80 columns', async () => {
    const { code, stdout, stderr } = await run('sweep', 'small.yaml', '--vary', 'load=50%,150%');
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines).toEqual(expect.arrayContaining(['One small service', 'as-it-is', 'retry-storm']));
    expect(lines[3]).toMatch(/^load +goodput_ratio +latency.p99 +verdict$/);
    expect(lines[4]).toMatch(/^ 50% +[\d.]+% +[\d.]+ m?s +recovered$/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stderr).toContain(
      'again with: spillway sweep small.yaml --seed 42 --vary load=50%,150%',
    );
    expect(stderr).toContain('2 cells: load (2)');
  });

  it('shows two axes as a map a policy of what was asked for, without colours in a pipe', async () => {
    const { stdout } = await run('sweep', ...STUDY, '--metric', 'goodput', '--quiet');
    expect(stdout).toMatch(
      /as-it-is: goodput, mean of 2 replications\ndown: load, across: services.shop.workers\n +1 +2 +3\n 50% +[\d.]+\/s/,
    );
    expect(stdout).not.toContain('\u001b');
  });

  it('lists the cells of three axes, and says how to come to maps', async () => {
    const more = ['--vary', 'services.shop.queue.capacity=5,20', '--policy', 'as-it-is'];
    const { stdout } = await run('sweep', 'small.yaml', ...AXES, ...more, '--quiet');
    expect(stdout).toMatch(/\nload +workers +capacity +goodput_ratio/);
    expect(stdout).toContain('Maps show two axes');
  });

  it('draws three axes as maps of two, one for each value of the third, as PNG too', async () => {
    const more = ['--vary', 'services.shop.queue.capacity=5,20', '--policy', 'as-it-is'];
    const { code } = await run('sweep', 'small.yaml', ...AXES, ...more, '--out', 'three', '--png');
    expect(code).toBe(0);
    const maps = [5, 20].map((capacity) => `map-recovered-as-it-is-${capacity}`);
    const files = maps.flatMap((map) => [`${map}.png`, `${map}.svg`]);
    expect(
      readdirSync(join(cwd, 'three'))
        .filter((name) => name.startsWith('map'))
        .sort(),
    ).toEqual([...files].sort());
    const title = 'recovered under as-it-is, services.shop.queue.capacity 20';
    expect(read(`three/${maps[1]}.svg`)).toContain(title);
    const { width } = pixelsOf(readFileSync(join(cwd, 'three', `${maps[0]}.png`)));
    expect(width).toBe(2 * Number(/width="(\d+)"/.exec(read(`three/${maps[0]}.svg`))![1]));
    expect(read('three/index.html')).toContain('at values of services.shop.queue.capacity (all;');
  });

  it("the same cells have the figures of `run --json`, and --vary leads over the file's axis", async () => {
    folder.write('swept.yaml', `${SMALL}sweep: { load: [50%, 100%] }\n`);
    const study = await run('sweep', 'swept.yaml', '--json');
    const alone = await run('run', 'swept.yaml', '--json');
    const { cells } = JSON.parse(study.stdout) as { cells: Cell[] };
    const { sweep } = JSON.parse(alone.stdout) as { sweep: Cell[] };
    interface Cell {
      where: object;
      policies: Record<string, { metrics: object }>;
    }
    expect(cells.map(({ where }) => where)).toEqual(sweep.map(({ where }) => where));
    for (const [index, { policies }] of cells.entries()) {
      for (const [name, { metrics }] of Object.entries(policies)) {
        expect(JSON.stringify(metrics)).toBe(JSON.stringify(sweep[index]!.policies[name]!.metrics));
      }
    }
    const other = await run('sweep', 'swept.yaml', '--vary', 'load=70%', '--json');
    expect((JSON.parse(other.stdout) as { axes: object }).axes).toEqual([
      { path: 'load', values: [0.7] },
    ]);
  });

  it('its parts come to the same bytes as the whole, in every kind of file', async () => {
    const whole = await run(
      'sweep',
      ...STUDY,
      '--json',
      '--out',
      'pictures',
      ...exportsTo('whole'),
    );
    expect(whole.code).toBe(0);
    for (const n of [1, 2]) {
      const out = join('parts', `${n}.ndjson`);
      const part = await run('sweep', ...STUDY, '--shard', `${n}/2`, '--out', out);
      expect(part).toMatchObject({ code: 0, stdout: '' });
      expect(part.stderr).toMatch(/\d+ runs in parts\/\d.ndjson/);
    }
    const parts = ['parts/2.ndjson', 'parts/1.ndjson'];
    const merged = await run('merge', ...parts, '--json', '--out', 'again', ...exportsTo('merged'));
    expect(merged.code).toBe(0);
    expect(merged.stdout).toBe(whole.stdout);
    for (const ending of ENDINGS) {
      expect(bytes(`merged.${ending}`), ending).toBe(bytes(`whole.${ending}`));
    }
    expect(bytes('again/rows.ndjson')).toBe(bytes('whole.ndjson'));
    expect(read('again/result.json')).toBe(whole.stdout);
    const map = 'map-recovered-as-it-is.svg';
    expect(read(`again/${map}`)).toBe(read(`pictures/${map}`));
    const missing = await run('merge', ...parts.slice(1));
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('no part of --shard 2/2');
    expect(folder.names.filter((name) => name.includes('draft'))).toEqual([]);
  });

  it('two results of one run in two parts are told as a mistake of ours', async () => {
    await run('sweep', ...STUDY, '--shard', '1/1', '--out', 'one.ndjson');
    folder.write('other.ndjson', read('one.ndjson').replace(/"events":\d+/, '"events":1'));
    const { code, stderr } = await run('merge', 'one.ndjson', 'other.ndjson');
    expect(code).toBe(70);
    expect(stderr).toContain('hold two different results of one run');
  });

  it('a part that is not there, or no part, is a mistake of the user', async () => {
    const none = await run('merge', 'nosuch.ndjson');
    expect(none).toMatchObject({ code: 2, stdout: '' });
    expect(none.stderr).toBe('nosuch.ndjson: cannot be read: no such file or folder\n');
    const other = await run('merge', 'small.yaml');
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/^small.yaml: is no part of a sweep/);
  });

  it('Ctrl-C leaves whole rows under a name that says so, and exit code 130', async () => {
    const long = ['small.yaml', '--vary', 'load=10%..200%..1%', '--policy', 'as-it-is'];
    const ended = await spillway(
      ['sweep', '--no-cache', ...long, '--export', 'cut.csv', '--export', 'cut.ndjson', '--json'],
      { cwd, onFirstWord: (child) => setTimeout(() => child.kill('SIGINT'), 500) },
    );
    expect(ended.code).toBe(130);
    const names = folder.names.filter((name) => name.startsWith('cut'));
    expect(names).toEqual(['cut.partial.csv', 'cut.partial.ndjson']);
    const rows = read('cut.partial.ndjson').trim().split('\n');
    const result = JSON.parse(ended.stdout) as { partial: boolean; runs: number; cells: [] };
    expect(result).toMatchObject({ partial: true, runs: rows.length });
    expect(result.cells).toHaveLength(rows.length);
    expect(rows.length).toBeLessThan(191);
    for (const row of rows) expect(JSON.parse(row)).toHaveProperty('ledger.offered');
    expect(read('cut.partial.csv').trimEnd().split('\r\n')).toHaveLength(rows.length + 1);
    const part = await spillway(
      ['sweep', '--no-cache', ...long, '--shard', '1/2', '--out', 'half.ndjson'],
      {
        cwd,
        onFirstWord: (child) => setTimeout(() => child.kill('SIGINT'), 300),
      },
    );
    expect(part.code).toBe(130);
    const merged = await run('merge', 'half.partial.ndjson', 'half.partial.ndjson');
    expect(merged.stderr).toMatch(/no part of --shard 2\/2|was interrupted/);
  });

  it('a second Ctrl-C ends it at once, and leaves nothing half written', async () => {
    const long = ['small.yaml', '--vary', 'load=10%..200%..1%', '--policy', 'as-it-is'];
    const twice = (child: ChildProcess): void => {
      // What is written goes to disk in batches: it is interrupted while that has begun.
      const look = setInterval(() => {
        if (!folder.names.some((name) => /^twice.*draft$/.test(name))) return;
        clearInterval(look);
        child.kill('SIGINT');
        child.kill('SIGTERM');
      }, 5);
    };
    const ended = await spillway(
      ['sweep', '--no-cache', ...long, '--replications', '5', '--export', 'twice.csv'],
      { cwd, onFirstWord: twice },
    );
    expect(ended).toMatchObject({ code: 130, stdout: '' });
    expect(folder.names.filter((name) => name.startsWith('twice'))).toEqual([]);
  });

  it('says what a killed one has left half written', async () => {
    for (const name of ['left.csv.77.draft', 'left.csv.rows.77.draft', 'lefty.csv.77.draft'])
      folder.write(name, '');
    const { stderr } = await run('sweep', ...STUDY, '--export', 'left.csv');
    expect(stderr).toMatch(/^left\.csv\.77\.draft: half written by a run that was killed/m);
    expect(stderr).toMatch(/^left\.csv\.rows\.77\.draft: half written/m);
    expect(stderr).not.toContain('lefty');
  });

  it('a cell that cannot be is named when its turn comes, and is a mistake of the user', async () => {
    const numbers = (of: (index: number) => number): string =>
      Array.from({ length: 90 }, (_, index) => of(index)).join(',');
    folder.write(
      'scaled.yaml',
      SMALL.replace(
        'workers: 2',
        'workers: 2\n    autoscale: { metric: utilization, target: 60%, min: 1, max: 200 }',
      )
        .replace('duration: 60s', 'duration: 21s')
        .replace('for: 5s', 'for: 1s'),
    );
    const min = `services.shop.autoscale.min=${numbers((index) => (index === 1 ? 100 : index + 2))}`;
    const max = `services.shop.autoscale.max=${numbers((index) => (index === 4 ? 99 : 150 + index))}`;
    const words = ['scaled.yaml', '--vary', min, '--vary', max, '--policy', 'as-it-is'];
    const { code, stdout, stderr } = await run('sweep', ...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/a cell that cannot be, services\.shop\.autoscale\.min 100, .*max 99/);
    expect(stderr).toContain('8,100 cells');
    expect(stderr).not.toContain('internal');
  });

  it('goes on where it stopped, and comes to the same bytes as without a break', async () => {
    const long = ['small.yaml', '--vary', 'load=10%..60%..0.2%', '--policy', 'as-it-is'];
    const kept = ['sweep', ...long, '--store', 'kept', '--export', 'kept.csv'];
    const cut = await spillway(kept, {
      cwd,
      onFirstWord: (child) => setTimeout(() => child.kill('SIGINT'), 500),
    });
    expect(cut.code).toBe(130);
    const partial = read('kept.partial.csv').trimEnd().split('\r\n');
    const rest = await spillway(kept, { cwd });
    expect(rest.code).toBe(0);
    expect(rest.stderr).toContain(
      'kept.partial.csv: of a run that was cut short; kept.csv is whole',
    );
    const hits = Number(/(\d+) of 251 runs were in the store/.exec(rest.stderr)?.[1]);
    expect(hits).toBeGreaterThanOrEqual(partial.length - 1);
    await run('sweep', ...long, '--export', 'straight.csv');
    expect(read('kept.csv')).toBe(read('straight.csv'));
  });

  it.each([
    [
      'no axis at all',
      ['small.yaml'],
      'nothing to sweep; add a sweep to it (sweep: { load: { from',
    ],
    [
      'a path that leads nowhere',
      ['small.yaml', '--vary', 'services.shp.workers=1'],
      '--vary services.shp.workers: services.shp.workers leads nowhere: there is no shp (did you mean shop?)',
    ],
    [
      'a file of an unknown kind',
      [...STUDY, '--export', 'a.xls'],
      '--export a.xls: its ending says how it is written: .json, .ndjson, .csv, .parquet',
    ],
    [
      'an unknown metric',
      [...STUDY, '--metric', 'godput'],
      '--metric godput: the study gives no such metric, did you mean goodput?',
    ],
    [
      'an unknown policy',
      ['small.yaml', ...AXES, '--policy', 'retry-strom'],
      'did you mean retry-storm?',
    ],
    [
      'a share that is none',
      [...STUDY, '--shard', '4/3', '--out', 'x'],
      '--shard 4/3: expected N/M',
    ],
    [
      'PNG without a folder',
      [...STUDY, '--png'],
      '--png: draws into a folder; say which with --out',
    ],
    ['a share without a file', [...STUDY, '--shard', '1/3'], '--shard: say where its part goes'],
    [
      'exports of a share',
      [...STUDY, '--shard', '1/3', '--out', 'x', '--export', 'a.csv'],
      '--export: not with --shard',
    ],
  ])('%s is refused before anything runs', async (_, args, message) => {
    const { code, stdout, stderr } = await run('sweep', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});
