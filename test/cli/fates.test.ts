import { afterAll, describe, expect, it } from 'vitest';
import { Folder, spillway } from './spillway.js';

const folder = new Folder();
const run = (...args: string[]) => spillway([...args, '--threads', '1'], { cwd: folder.path });

/** Three requests come; a queue of one refuses the third. */
folder.write(
  'desk.yaml',
  `spillway: 1
title: A desk
seed: 1
duration: 20s
producers:
  web: { arrivals: { constant: [ { at: 0s, rate: 10/s }, { at: 350ms, rate: 0/s } ] }, to: desk }
services: { desk: { workers: 1, queue: { capacity: 1 }, handler: [ { work: 1s } ] } }
policies:
  one: { title: One }
  two: { services: { desk: { queue: { capacity: 2 } } } }
  three: { services: { desk: { queue: { capacity: 3 } } } }
`,
);

afterAll(() => folder.remove());

describe('spillway compare, request by request', () => {
  it('tells of one pair which request fares otherwise, and why', async () => {
    const { code, stdout } = await run('compare', 'desk.yaml', 'one', 'two', '--quiet');
    expect(code).toBe(0);
    expect(stdout).toContain(
      'request by request: one against two, seed 1\n' +
        '1 of 3 requests fare otherwise (33.3%)\n' +
        'under one         under two  requests  first\n' +
        'failed: rejected  good              1  web/3\n' +
        'the 2 good in both are answered as fast\n',
    );
    expect(stdout).toContain(
      'the first to fare otherwise: web/3, arrived at 0.300 s: failed: rejected under one, good ' +
        'under two\n  its ways part: under one at 0.300 s desk: refused: the queue is full',
    );
    expect(stdout).not.toContain('web/3 arrives');
  });

  it('says so where no request does', async () => {
    const { stdout } = await run('compare', 'desk.yaml', 'two', 'three', '--quiet');
    expect(stdout).toContain('the fates of all 3 requests are the same; so is all that happens\n');
  });

  it('tells the story of a request in both runs, and holds it in the JSON', async () => {
    const args = ['compare', 'desk.yaml', 'one', 'two', '--request', '3', '--quiet'];
    const { stdout } = await run(...args);
    expect(stdout).toContain('web/3 under one: failed: rejected\n     0.300 s  web/3 arrives\n');
    expect(stdout).toContain('     2.100 s  desk: a worker takes it, after 1.8 s\n');
    const { fates, request } = JSON.parse((await run(...args, '--json')).stdout);
    expect(fates).toMatchObject({ runs: ['one', 'two'], seed: '1', differing: 1 });
    expect(Object.keys(request)).toEqual(['one', 'two']);
    expect(request.two.spans).toHaveLength(4);
  });

  it('is left out with --no-fates, and where there are several pairs', async () => {
    for (const more of [['one', 'two', '--no-fates'], []]) {
      const { code, stdout } = await run('compare', 'desk.yaml', ...more, '--quiet');
      expect(code).toBe(0);
      expect(stdout).not.toContain('request by request');
    }
  });

  it('runs two files against each other, policy by policy', async () => {
    const { stdout } = await run('compare', 'desk.yaml', 'desk.yaml', 'one', '--quiet');
    expect(stdout).toContain('request by request: A: one against B: one, seed 1\n');
  });
});

describe('spillway run --request', () => {
  it('tells the story under each policy that is run', async () => {
    const args = ['run', 'desk.yaml', '--policy', 'two', '--no-report', '--quiet'];
    const { code, stdout } = await run(...args, '--request', 'web/2');
    expect(code).toBe(0);
    expect(stdout).toContain('\nweb/2 under two: good\n     0.200 s  web/2 arrives\n');
    const { request } = JSON.parse((await run(...args, '--request', '2', '--json')).stdout);
    expect(request.two).toMatchObject({ request: 'web/2', fate: 'good', arrived: 0.2, ended: 2.1 });
  });
});

describe('a request that there is none of ends with 2 and says which there are', () => {
  it.each([
    [['run', 'desk.yaml', '--policy', 'one', '--no-report'], '9'],
    [['compare', 'desk.yaml', 'one', 'two'], 'nobody/1'],
  ])('%j --request %s', async (args, name) => {
    const { code, stderr } = await run(...args, '--quiet', '--request', name);
    expect(code).toBe(2);
    expect(stderr).toContain(
      `--request ${name}: there is no such request; web has web/1 to web/3\n`,
    );
  });

  it('one pair has to be named', async () => {
    const { code, stderr } = await run('compare', 'desk.yaml', '--request', '1');
    expect(code).toBe(2);
    expect(stderr).toContain('--request: tells of one pair; name two policies');
  });
});
