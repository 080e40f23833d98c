import ts from 'typescript';

/** A breach of a house rule; `cure` says what to write instead. */
export interface Offence {
  file: string;
  line: number;
  rule: string;
  cure: string;
}

export const FUNCTION_LINES_MAX = 70;
export const FILE_LINES_MAX = 600;
export const FILE_LINES_WARN = 300;

/** Rooms that never read the machine's clock or chance. */
const PURE_ROOMS = /^src\/(kernel|policies|measure|model|judge|study|scenario|report)\//;
/** study/where and the report's page live in the real world's time, but decide no figure. */
const PURE_EXCEPT = /^src\/(study\/where|report\/client)\//;
/** Rooms whose every bit is the same on every platform. */
const ENGINE_ROOMS = /^src\/(kernel|policies|model|measure|judge)\//;

/** What IEEE 754 or the language defines to the bit, so every platform agrees. */
const MATH_EXACT = new Set(
  (
    'abs ceil clz32 floor fround imul max min round sign sqrt trunc ' +
    'E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2'
  ).split(' '),
);

const CLOCK_CURE = 'take the time as an argument: the simulated clock is kernel.now';
const CHANCE_CURE = "draw from the request's key or the component's named stream (kernel/draws)";
const MATH_CURE = 'call kernel/math.ts, which gives the same bits on every platform';

/** Breaches found in the syntax of one TypeScript file; `file` is its path from the project's root. */
export function offencesInCode(file: string, text: string): Offence[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
  const found: Offence[] = [];
  const pure = PURE_ROOMS.test(file) && !PURE_EXCEPT.test(file);
  const engine = ENGINE_ROOMS.test(file);
  const report = (node: ts.Node, rule: string, cure: string): void => {
    found.push({ file, line: lineOf(source, node.getStart(source)), rule, cure });
  };
  const visit = (node: ts.Node): void => {
    if (pure) checkClockAndChance(node, report);
    if (engine) checkMath(node, report);
    if (file.startsWith('test/')) checkSwitchedOff(node, report);
    checkLength(source, node, report);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

type Report = (node: ts.Node, rule: string, cure: string) => void;

function checkClockAndChance(node: ts.Node, report: Report): void {
  if (!ts.isIdentifier(node) || !isGlobalUse(node)) return;
  const name = node.text;
  if (name === 'Date') report(node, 'Date reads the machine', CLOCK_CURE);
  if (name === 'performance') report(node, 'performance reads the machine', CLOCK_CURE);
  if (name === 'crypto') report(node, 'crypto draws from the machine', CHANCE_CURE);
  if (name === 'Math' && memberOf(node) === 'random') {
    report(node, 'Math.random cannot be repeated', CHANCE_CURE);
  }
  if (name === 'process' && memberOf(node) === 'hrtime') {
    report(node, 'process.hrtime reads the machine', CLOCK_CURE);
  }
}

function checkMath(node: ts.Node, report: Report): void {
  if (
    ts.isBinaryExpression(node) &&
    (node.operatorToken.kind === ts.SyntaxKind.AsteriskAsteriskToken ||
      node.operatorToken.kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken)
  ) {
    report(node, '** differs between platforms', `write the product, or ${MATH_CURE}`);
  }
  if (!ts.isIdentifier(node) || node.text !== 'Math' || !isGlobalUse(node)) return;
  const member = memberOf(node);
  if (member === 'random') return;
  if (member === undefined) {
    report(node, 'Math handed on or taken apart', 'write Math.NAME where it is used');
  } else if (!MATH_EXACT.has(member)) {
    report(node, `Math.${member} differs between platforms`, MATH_CURE);
  }
}

/** True where the identifier is read as a value by itself: no member, no name being given. */
function isGlobalUse(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isElementAccessExpression(parent)) return true;
  if (ts.isTypeReferenceNode(parent) || ts.isQualifiedName(parent)) return false;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent)) {
    return parent.initializer === node;
  }
  return ts.isExpression(parent) || ts.isReturnStatement(parent) || ts.isSpreadAssignment(parent);
}

/** The member read of an object: the `b` of `a.b` and `a['b']`. */
function memberOf(node: ts.Identifier): string | undefined {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.name.text;
  if (ts.isElementAccessExpression(parent) && ts.isStringLiteral(parent.argumentExpression)) {
    return parent.argumentExpression.text;
  }
  return undefined;
}

function checkSwitchedOff(node: ts.Node, report: Report): void {
  if (!ts.isPropertyAccessExpression(node)) return;
  if (!['skip', 'only', 'todo', 'fails'].includes(node.name.text)) return;
  const root = leftmost(node);
  if (!['it', 'test', 'describe'].includes(root)) return;
  const cure = 'mend the test or delete it; skipIf(condition) where a platform lacks something';
  report(node, `${root}.${node.name.text} switches tests off`, cure);
}

function leftmost(node: ts.Expression): string {
  let at = node;
  while (ts.isPropertyAccessExpression(at) || ts.isCallExpression(at)) at = at.expression;
  return ts.isIdentifier(at) ? at.text : '';
}

function checkLength(source: ts.SourceFile, node: ts.Node, report: Report): void {
  if (!ts.isFunctionLike(node) || isSuite(node)) return;
  const lines = lineOf(source, node.end) - lineOf(source, node.getStart(source)) + 1;
  if (lines <= FUNCTION_LINES_MAX) return;
  const cure = `give its parts names of their own (at most ${FUNCTION_LINES_MAX} lines)`;
  report(node, `a function of ${lines} lines`, cure);
}

/** The body of a `describe` is a chapter, not a function. */
function isSuite(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && leftmost(node.parent) === 'describe';
}

function lineOf(source: ts.SourceFile, position: number): number {
  return source.getLineAndCharacterOfPosition(position).line + 1;
}

// Written so that this file does not find itself.
const LEFT_OPEN = new RegExp(
  `\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`,
);
const MACHINE_PATH = new RegExp(
  `(^|[^A-Za-z0-9._-])/(${['work', 'root', 'farm', 'home'].join('|')})/`,
);

/** Breaches found in the lines of any text file. */
export function offencesInText(file: string, text: string): Offence[] {
  const found: Offence[] = [];
  const lines = text.split('\n');
  for (const [index, row] of lines.entries()) {
    const at = { file, line: index + 1 };
    const leftOpen = LEFT_OPEN.exec(row);
    if (leftOpen) {
      const cure = 'do it now, or open an issue and delete the line';
      found.push({ ...at, rule: `${leftOpen[1]} left open`, cure });
    }
    if (MACHINE_PATH.test(row)) {
      const cure = "write the path from the project's root, or use os.tmpdir()";
      found.push({ ...at, rule: 'a path of one machine', cure });
    }
  }
  if (file.endsWith('.ts') && lines.length - 1 > FILE_LINES_MAX) {
    const cure = `split it by idea (rarely over ${FILE_LINES_WARN}, never over ${FILE_LINES_MAX})`;
    found.push({ file, line: 1, rule: `a file of ${lines.length - 1} lines`, cure });
  }
  return found;
}

interface LockedPackage {
  hasInstallScript?: boolean;
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
}

/** Breaches in package.json and its lockfile. */
export function offencesInPackages(manifest: string, lockfile: string): Offence[] {
  const found: Offence[] = [];
  const add = (file: string, rule: string, cure: string): void => {
    found.push({ file, line: 1, rule, cure });
  };
  const { dependencies, devDependencies } = JSON.parse(manifest) as Record<
    string,
    Record<string, string> | undefined
  >;
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    if (/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) continue;
    add('package.json', `${name} "${version}" is not pinned`, 'write one exact version');
  }
  if (/"resolved":/.test(lockfile)) {
    const cure = 'set omit-lockfile-registry-resolved=true in .npmrc and write the lockfile again';
    add('package-lock.json', 'the lockfile holds download addresses', cure);
  }
  const { packages } = JSON.parse(lockfile) as { packages?: Record<string, LockedPackage> };
  for (const [path, locked] of Object.entries(packages ?? {})) {
    if (!locked.hasInstallScript || locked.dev || locked.devOptional || locked.optional) continue;
    const cure = 'choose a package without one, or make it a development dependency';
    add('package-lock.json', `${path} runs a script when installed`, cure);
  }
  return found;
}

/** `file:line: what is wrong. Cure: what to do.` */
export function told(offence: Offence): string {
  return `${offence.file}:${offence.line}: ${offence.rule}. Cure: ${offence.cure}.`;
}
