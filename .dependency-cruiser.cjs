/**
 * The rooms of the house and who may import whom: one rule a room, in the order of the way through
 * the house. ARCHITECTURE.md says why.
 */

/** Files in `room` may import of ours only what lies in `room` or matches one of `allowed`. */
function room(name, allowed, note) {
  return {
    name: `${name}-may-import`,
    comment: `src/${name} may import ${note}. Move the code to the room that knows of it.`,
    severity: 'error',
    from: { path: `^src/${name}/`, pathNot: name === 'study' ? '^src/study/where/' : [] },
    to: { path: '^src/', pathNot: [`^src/${name}/`, ...allowed] },
  };
}

/** Where files in `from` may import `to` for its types only. */
function typesOnly(name, from, to, except = []) {
  return {
    name,
    comment: 'Only types are allowed here: write `import type`, or pass the value in.',
    severity: 'error',
    from: { path: from },
    to: { path: to, pathNot: except, dependencyTypesNot: ['type-only'] },
  };
}

const MATH = '^src/kernel/math(\\.ts$|/)';
const DRAWS = '^src/kernel/draws(\\.ts$|/)';
const DISTRIBUTIONS = '^src/kernel/distributions(\\.ts$|/)';
const PLAN = '^src/model/plan\\.ts$';
const AT_THE_DOOR = [
  '^src/(cli|study/where)/',
  '^src/report/build(\\.ts$|/)',
  'vite\\.config\\.ts$',
];
/** How figures and windows are called is one agreement between those who fill and who read them. */
const FIGURE_NAMES = '^src/measure/(measured|names)\\.ts$';
const RESULT = '^src/study/result\\.ts$';

const rooms = [
  room('kernel', [], 'nothing of ours'),
  room('policies', [MATH, DRAWS], 'kernel/math, and the types of kernel/draws'),
  typesOnly('policies-draws-types', '^src/policies/', DRAWS),
  room('measure', [MATH], 'kernel/math'),
  room('model', ['^src/(kernel|policies|measure)/'], 'kernel, policies, measure'),
  room('scenario', [DISTRIBUTIONS, '^src/(model|policies)/'], 'distributions, model, policies'),
  room(
    'judge',
    [MATH, DISTRIBUTIONS, '^src/(measure|scenario)/', PLAN, RESULT],
    'kernel/math, kernel/distributions, the names of figures in measure, and the types of ' +
      'measure, scenario, model/plan and study/result',
  ),
  typesOnly('judge-types', '^src/judge/', ['^src/(measure|scenario)/', PLAN, RESULT], FIGURE_NAMES),
  room(
    'study',
    ['^src/(scenario|model|judge|measure)/'],
    'scenario, model, judge, measure; not study/where',
  ),
  room('report', [RESULT], 'the types of study/result'),
  typesOnly('report-result-types', '^src/report/', RESULT),
  room('lab', ['^src/(study|report)/'], 'study, report'),
  room('cli', ['^src/(study|report|scenario)/'], 'study, report, scenario'),
];

const doors = [
  {
    name: 'study-where-may-import',
    comment: 'src/study/where knows where a run happens; of ours it may import study only.',
    severity: 'error',
    from: { path: '^src/study/where/' },
    to: { path: '^src/', pathNot: '^src/study/' },
  },
  {
    name: 'where-only-from-cli',
    comment: 'Only src/cli may import src/study/where: everything else runs in a browser too.',
    severity: 'error',
    from: { pathNot: '^(src/cli/|src/study/where/|test/)' },
    to: { path: '^src/study/where/' },
  },
  {
    name: 'nothing-imports-cli',
    comment: 'The command line is a front door and holds no logic; move what is needed inwards.',
    severity: 'error',
    from: { path: '^src/', pathNot: '^src/cli/' },
    to: { path: '^src/(cli/|index\\.ts$)' },
  },
  {
    name: 'node-builtins-at-the-door',
    comment:
      'Node builtins only in src/cli, src/study/where and src/report/build: the rest runs in a ' +
      'browser too. Pass in what was read, hand back what is to be written.',
    severity: 'error',
    from: { path: '^src/', pathNot: AT_THE_DOOR },
    to: { dependencyTypes: ['core'] },
  },
];

const general = [
  {
    name: 'no-circular',
    comment: 'Two files that need each other are one file, or miss a third that both may import.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-dev-dependency-in-src',
    comment: 'What src imports at run time stands under "dependencies", pinned.',
    severity: 'error',
    from: { path: '^src/', pathNot: 'vite\\.config\\.ts$' },
    to: {
      // An optional peer, loaded when it is asked for; installed here to be tested.
      pathNot: 'node_modules/bullmq/',
      dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
      dependencyTypesNot: ['type-only'],
    },
  },
  {
    name: 'nothing-unresolvable',
    comment: 'The file or package does not exist: mend the path, or add the dependency, pinned.',
    severity: 'error',
    // Their libraries are installed apart: for Node 22 alone, and beside a real broker.
    from: { pathNot: '^test/(conformance|real/[^/]+)/' },
    to: { couldNotResolve: true },
  },
];

module.exports = {
  forbidden: [...rooms, ...doors, ...general],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
