import { describe, expect, it } from 'vitest';
import { formatIssue, loadScenario, type Scenario } from '../../src/scenario/index.js';
import { expectationIssues, type RunOptions, runScenario } from '../../src/study/index.js';

const OPTIONS: RunOptions = { version: '0', scenarioSha256: '', memoryLimitBytes: 1e9 };

/** A desk at 80/s of the 100/s that it can do, and one that stands still for three seconds. */
function scenarioOf(steps: string): Scenario {
  const text = `spillway: 1
seed: 7
duration: 60s
objective: { latency: 1s }
producers: { users: { arrivals: { constant: 80/s }, to: desk } }
services: { desk: { workers: 1, handler: [ { work: 10ms } ] } }
policies:
  calm: {}
  hung: { faults: [ { at: 10s, for: 3s, pause: desk } ] }
lesson:
${steps}
`;
  const { scenario, issues } = loadScenario({ text, file: 'f' });
  if (scenario === null) throw new Error(issues.map(formatIssue).join('\n'));
  return scenario;
}

const wrong = (steps: string): string[] =>
  expectationIssues(scenarioOf(steps), 'f').map(formatIssue);

async function lessonOf(steps: string, more: Partial<RunOptions> = {}) {
  const scenario = scenarioOf(steps);
  expect(expectationIssues(scenario, 'f').map(formatIssue)).toEqual([]);
  return (await runScenario(scenario, { ...OPTIONS, ...more })).lesson;
}

const question = (answer: string, choices: string): string =>
  `  - { ask: "Which?", choices: ${choices}, answer: "${answer}" }`;

describe('what is wrong in a lesson is told at its place', () => {
  it.each([
    ['  - say: "so {{godput(calm)}}"', 'f:11:16: lesson[0].say: unknown: expected the name of a'],
    ['  - say: "{{goodput(clam)}}"', 'found "clam" (did you mean calm?)'],
    ['  - say: "{{goodput}}"', 'of which policy? Expected goodput(POLICY), one of calm, hung'],
    ['  - say: "{{12/s}}"', 'no figure: expected the name of a metric, found "12/s"'],
    ['  - say: "{{goodput(calm) >}}"', 'no figure: expected the end of the expectation, found ">"'],
    ['  - say: "{{}}"', 'no figure: expected a value or the name of a metric'],
    ['  - say: "{{goodput(calm)"', 'a figure in a text stands between {{ and }}'],
    ['  - say: "goodput }}"', 'a figure in a text stands between {{ and }}'],
    ['  - say: "{{goodput(calm) @ 10s..90s}}"', 'expected a time within the 60 s of the run'],
    ['  - say: >\n      Some\n      {{godput(calm)}}', 'f:13:9: lesson[0].say: unknown'],
    [question('godput(calm)', '[1/s, 2/s]'), 'f:11:52: lesson[0].answer: unknown'],
    [
      question('goodput(calm)', '[1/s, 2s]'),
      'f:11:37: lesson[0].choices[1]: expected a value with',
    ],
    [question('latency.p99(calm)', '[10ms, 20]'), 'such as 250ms, found 20'],
    [question('verdict(hung)', '[recovered, metastabel]'), '(did you mean metastable?)'],
    [
      question('first_saturated(hung)', '[users, none]'),
      'expected one of these words, found users',
    ],
    [question('recovered(hung)', '[yes, maybe]'), 'expected yes or no, found maybe'],
    [question('deadlock(hung)', '[a, b]'), 'deadlock has no words to choose from'],
    [
      question('most goodput', '[calm, hugn]'),
      'the name of a policy, found hugn (did you mean hung?)',
    ],
    [question('most goodput(calm)', '[calm, hung]'), 'the name of a metric alone'],
    [question('most verdict', '[calm, hung]'), 'the name of a metric alone'],
    [question('most godput', '[calm, hung]'), 'f:11:59: lesson[0].answer: unknown'],
    [question('most', '[calm, hung]'), 'lesson[0].answer: unknown'],
  ])('%s', (steps, message) => {
    const told = wrong(steps);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(message);
  });

  it('each mistake in its turn, beside those of what is expected', () => {
    expect(
      wrong('  - say: "{{a(calm)}} {{goodput(b)}}"\nexpect: [ { that: c > 1 } ]'),
    ).toHaveLength(3);
  });
});

describe('a lesson is filled from the run', () => {
  it('with figures in words, units included', async () => {
    const said = '{{goodput(calm)}}, {{goodput_ratio(calm)}}, {{latency.mean(calm) @ 20s..25s}}';
    const words = '{{verdict(hung)}}, {{recovered(hung)}}, {{first_saturated(calm)}}';
    const missing = '{{recovery_time(calm)}}, {{2 * amplification(calm)}}, {{goodput(calm) @ 5s}}';
    const lesson = await lessonOf(
      [said, words, missing].map((say) => `  - say: "${say}"`).join('\n'),
    );
    expect(lesson).toEqual([
      { say: '80/s, 100%, 10 ms' },
      { say: 'recovered, yes, none' },
      { say: 'nothing measured, 2, 80/s' },
    ]);
  });

  it.each([
    ['goodput(calm)', '[10/s, 75/s, 200/s]', '10/s | *75/s | 200/s', 'goodput(calm): 80/s'],
    ['goodput_ratio(calm)', '[0, 0.5, 100%]', '0% | 50% | *100%', 'goodput_ratio(calm): 100%'],
    ['amplification(calm)', '[0.5, 1.5]', '*0.5 | *1.5', 'amplification(calm): 1'],
    [
      'verdict(hung)',
      '[crash_loop, recovered]',
      'crash loop | *recovered',
      'verdict(hung): recovered',
    ],
    ['first_saturated(hung)', '[none, desk]', 'none | *desk', 'first_saturated(hung): desk'],
    ['first_saturated(calm)', '[none, desk]', '*none | desk', 'first_saturated(calm): none'],
    ['recovered(hung)', '[true, false]', '*yes | no', 'recovered(hung): yes'],
    ['most goodput', '[calm, hung]', '*calm | hung', 'goodput: calm 80/s, hung '],
    ['least goodput', '[calm, hung]', 'calm | *hung', 'goodput: calm 80/s, hung '],
    ['most offered', '[calm, hung]', '*calm | *hung', 'offered: calm 80/s, hung 80/s'],
  ])('%s of %s: what is so, of numbers the nearest', async (answer, choices, marked, told) => {
    const [step] = (await lessonOf(question(answer, choices)))!;
    const texts = step!.choices!.map(({ text, right }) => `${right ? '*' : ''}${text}`);
    expect(texts.join(' | ')).toBe(marked);
    expect(step!.answer).toContain(told);
  });

  it('leaves out what was not run, and a question without an answer', async () => {
    const steps = `  - say: "{{goodput(hung)}}"
  - say: "{{goodput(calm)}}"
${question('most goodput', '[calm, hung]')}
${question('recovery_time(calm)', '[1s, 2s]')}`;
    expect(await lessonOf(steps, { policies: ['calm'] })).toEqual([{ say: '80/s' }]);
  });

  it('has no lesson of half a run', async () => {
    const between = async () => 'stop' as const;
    expect(await lessonOf('  - say: hello', { between })).toBeUndefined();
  });

  it('changes nothing else of a result', async () => {
    const plain = await runScenario(scenarioOf('  - say: hello'), OPTIONS);
    const windows = '  - say: "{{goodput(calm) @ 3s..7s}}"';
    const { lesson: _, ...taught } = await runScenario(scenarioOf(windows), OPTIONS);
    expect({ ...taught, lesson: plain.lesson }).toEqual(plain);
  });
});
