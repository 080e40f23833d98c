import { rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { note } from './terminal.js';

const underWay = new Set<string>();

/** The name under which a file is written until it is whole. */
export function draftOf(file: string): string {
  return `${file}.${process.pid}.draft`;
}

/** However this process ends, short of being killed, no draft of its own is left behind. */
export function beginDraft(draft: string): void {
  if (underWay.size === 0) process.once('exit', removeAll);
  underWay.add(draft);
}

/** It has its own name now, or is gone. */
export function endDraft(draft: string): void {
  underWay.delete(draft);
  if (underWay.size === 0) process.off('exit', removeAll);
}

function removeAll(): void {
  for (const draft of underWay) rmSync(draft, { force: true });
}

/**
 * Says what processes that were killed have left half written of these files. It is not taken away:
 * the one who writes may be alive on another machine.
 */
export async function tellDraftsLeft(files: readonly string[]): Promise<void> {
  for (const folder of new Set(files.map((file) => dirname(file)))) {
    const names = await readdir(folder).catch((): string[] => []);
    const mine = files.filter((file) => dirname(file) === folder).map((file) => basename(file));
    for (const name of names.sort()) {
      const [, of] = /^(.+)\.\d+\.draft$/.exec(name) ?? [];
      if (of === undefined || !mine.includes(of)) continue;
      note(
        `${join(folder, name)}: half written by a run that was killed (or is still under way); ` +
          'nothing reads it',
      );
    }
  }
}
