import type { JudgedScenario } from '../../../src/report/export/judged.js';

/** Names that break what does not escape them. */
export const NASTY: readonly string[] = [
  '</script><img src=x onerror=alert(1)>',
  'a|b',
  'a\\|b',
  '"double" and \'single\'',
  'two\nlines\r\nand a tab\t.',
  '__proto__',
  'constructor',
  'Zwölf 漢字 🦊',
  '`tick` ``two``',
  '%0A::error::x, y: z',
  '*bold* _so_ [a](b) <!-- c --> ~~d~~ $e$ @somebody #12',
  ' edges ',
  '-- ]]> &amp; \u2028 \u0007',
  '',
];

/** Two scenarios: all is well with the first, nothing with the second. */
export function judgedScenarios(): JudgedScenario[] {
  return [
    {
      file: 'scenarios/fine.yaml',
      title: 'A fine one',
      cases: [
        { name: 'goodput > 5/s', outcome: 'held', measured: 'measured 12/s, held 20 of 20' },
        { name: 'recovered', outcome: 'held', measured: 'measured true, held 20 of 20' },
      ],
      remarks: [
        { severity: 'warning', message: 'no warm-up', file: 'scenarios/fine.yaml', line: 3 },
      ],
    },
    {
      file: 'scenarios/deep/bad one.yaml',
      cases: [
        {
          name: 'budget: p99 < 1s at load 1.5',
          outcome: 'failed',
          measured: 'measured 1.2 s, held 18 of 20',
          detail: 'the other side was\n1.4 s',
          file: 'scenarios/deep/bad one.yaml',
          line: 12,
          column: 5,
        },
        { name: 'storm: goodput > 1/s', outcome: 'error', measured: 'not judged' },
      ],
      stopped: 'memory is full',
      remarks: [{ severity: 'error', message: 'no such service', line: 4, column: 7 }],
    },
  ];
}
