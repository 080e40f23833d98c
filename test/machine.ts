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

/** Runs before all tests; what it returns runs after them (vitest's `globalSetup`). */
export default function setUp(): () => void {
  return () => {
    if (mustHaveAll || chromiumPath() !== undefined) return;
    process.stderr.write(
      `\nLeft out, and counted as skipped: what needs a browser. Cure: ${CURE}.\n`,
    );
  };
}
