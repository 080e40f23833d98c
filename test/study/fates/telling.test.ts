import { describe, expect, it } from 'vitest';
import { runScenario, tellingStories } from '../../../src/study/index.js';
import { scenarioOf } from '../../model/kit.js';

const MEMORY = 4e9;

/** The stories that a report tells of a scenario. */
async function storiesOf(text: string) {
  const scenario = scenarioOf(text);
  const options = { version: 'test', scenarioSha256: '', memoryLimitBytes: MEMORY };
  const result = await runScenario(scenario, options);
  return tellingStories(scenario, result, { memoryLimitBytes: MEMORY });
}

/** Ten a second come for .35 s; a worker takes a second for each. */
const desk = (policies: string) => `
seed: 1
duration: 20s
producers:
  web: { arrivals: { constant: [ { at: 0s, rate: 10/s }, { at: 350ms, rate: 0/s } ] }, to: desk }
services: { desk: { workers: 1, queue: { capacity: 1 }, handler: [ { work: 1s } ] } }
${policies}`;

describe('the request that a report follows', () => {
  it('is the first that ended good under the best policy and not under the worst', async () => {
    const stories = await storiesOf(
      desk(
        'policies: { one: { title: One }, two: { services: { desk: { queue: { capacity: 2 } } } } }',
      ),
    );
    expect(Object.keys(stories!)).toEqual(['one', 'two']);
    expect(stories).toMatchObject({
      one: { request: 'web/3', fate: 'failed: rejected', arrived: 0.3 },
      two: { request: 'web/3', fate: 'good', latency: 2.8 },
    });
  });

  it('is, of one policy, the first that was not good', async () => {
    const stories = await storiesOf(desk('policies: { one: { title: One } }'));
    expect(stories).toMatchObject({ one: { request: 'web/3', fate: 'failed: rejected' } });
  });

  it('is, where all are good, the one that took longest', async () => {
    const stories = await storiesOf(
      desk('policies: { wide: { services: { desk: { queue: { capacity: 9 } } } } }'),
    );
    expect(stories).toMatchObject({ wide: { request: 'web/3', fate: 'good', latency: 2.8 } });
  });

  it('is none where none ever comes', async () => {
    const text = desk('policies: { one: { title: One } }').replace('rate: 10/s', 'rate: 0/s');
    expect(await storiesOf(text)).toBeNull();
  });

  it('is known under each policy by the same key, also where users wait for answers', async () => {
    const stories = await storiesOf(`
seed: 1
duration: 20s
producers: { people: { arrivals: { closed: { users: 3, think: 1s } }, to: desk } }
services: { desk: { workers: 1, queue: { capacity: 1 }, handler: [ { work: { exponential: 1s } } ] } }
policies: { one: { title: One }, two: { services: { desk: { queue: { capacity: 2 } } } } }`);
    const [one, two] = [stories!['one']!, stories!['two']!];
    expect(one.request).toMatch(/^people\/\d\.\d+$/);
    expect(two.request).toBe(one.request);
    expect([one, two].filter(({ fate }) => fate === 'good')).toHaveLength(1);
  });
});
