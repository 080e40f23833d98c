import { accessSync, constants } from 'node:fs';

/**
 * In CI, and when everything is asked for, a browser or a release of Node that cannot be had is a
 * failure with its cure. Elsewhere what is not at hand is left out, and said at the end.
 */
export const mustHaveAll = process.env['CI'] === 'true' || process.env['SPILLWAY_FULL'] === '1';

const CHROMIUMS = [
  ...['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
];
const CURE = 'apt-get install chromium fonts-dejavu, or set CHROMIUM to the path of one';

/** Whether the file can be run. */
export function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of a Chromium of this machine, or undefined; `CHROMIUM` names one. */
export function chromiumPath(): string | undefined {
  const named = process.env['CHROMIUM'];
  return named ? named : CHROMIUMS.find(runs);
}

/** The path of a Chromium, or a failure that names its cure. */
export function neededChromium(): string {
  const path = chromiumPath();
  if (path === undefined) throw new Error(`there is no Chromium here. Cure: ${CURE}`);
  return path;
}

const REDIS_CURE = 'apt-get install redis-server, or set REDIS_SERVER to the path of one';

/** The path of a Redis server of this machine, or undefined; `REDIS_SERVER` names one. */
export function redisServerPath(): string | undefined {
  const named = process.env['REDIS_SERVER'];
  if (named) return named;
  return ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']
    .map((folder) => `${folder}/redis-server`)
    .find(runs);
}

/** The path of a Redis server, or a failure that names its cure. */
export function neededRedisServer(): string {
  const path = redisServerPath();
  if (path === undefined) throw new Error(`there is no Redis here. Cure: ${REDIS_CURE}`);
  return path;
}

/** Programs of others that read what we write, with the package of Debian that brings each. */
const PROGRAMS = {
  'cmark-gfm': 'cmark-gfm',
  promtool: 'prometheus',
  xmllint: 'libxml2-utils',
} as const;
type Program = keyof typeof PROGRAMS;

/** The path of such a program of this machine, or undefined. */
export function programPath(name: Program): string | undefined {
  return ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']
    .map((folder) => `${folder}/${name}`)
    .find(runs);
}

/** The path of such a program, or a failure that names its cure. */
export function neededProgram(name: Program): string {
  const path = programPath(name);
  if (path === undefined) {
    throw new Error(`there is no ${name} here. Cure: apt-get install ${PROGRAMS[name]}`);
  }
  return path;
}

/** Runs before all tests; what it returns runs after them (vitest's `globalSetup`). */
export default function setUp(): () => void {
  return () => {
    if (mustHaveAll) return;
    const leftOut = (what: string, cure: string): void => {
      process.stderr.write(`\nLeft out, and counted as skipped: ${what}. Cure: ${cure}.\n`);
    };
    if (chromiumPath() === undefined) leftOut('what needs a browser', CURE);
    if (redisServerPath() === undefined) leftOut('what needs a Redis', REDIS_CURE);
    for (const [name, from] of Object.entries(PROGRAMS)) {
      if (programPath(name as Program) !== undefined) continue;
      leftOut(`what is read back by ${name}`, `apt-get install ${from}`);
    }
  };
}
