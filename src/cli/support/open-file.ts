import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { mistakes } from './mistakes.js';

/** What opens a file with the program that the system has for it; `$BROWSER` comes first. */
function opener(file: string): [command: string, args: string[]] {
  const browser = process.env['BROWSER'];
  if (browser) return [browser, [file]];
  if (process.platform === 'darwin') return ['open', [file]];
  if (process.platform === 'win32') return ['cmd', ['/c', 'start', '', file]];
  return ['xdg-open', [file]];
}

/** Opens a file as a double click would. Throws where there is nothing to open it with. */
export async function openFile(file: string): Promise<void> {
  const [command, args] = opener(resolve(file));
  await new Promise<void>((done, fail) => {
    const child = spawn(command, args, { detached: true, stdio: 'ignore' });
    child.once('spawn', () => {
      child.unref();
      done();
    });
    child.once('error', () => fail(mistakes.cannotOpen(file, command)));
  });
}
