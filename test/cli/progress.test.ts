import { describe, expect, it } from 'vitest';
import { ProgressBar, progressLine } from '../../src/cli/support/progress-bar.js';

/** A stream that remembers what was written to it. */
function stream(isTTY: boolean): { written: string[]; as: NodeJS.WriteStream } {
  const written: string[] = [];
  const fake = { isTTY, columns: 80, write: (text: string) => written.push(text) > 0 };
  return { written, as: fake as unknown as NodeJS.WriteStream };
}

const half = { label: 'retry-storm, 3 of 20', doneNs: 50e9, totalNs: 100e9 };

describe('progress', () => {
  it('says how far, how fast and how long yet', () => {
    expect(progressLine(half, 10_000)).toBe(
      '████████████░░░░░░░░░░░░  50%  5 s/s  10 s left  retry-storm, 3 of 20',
    );
  });

  it('promises nothing before it can know', () => {
    expect(progressLine(half, 100)).toBe('████████████░░░░░░░░░░░░  50%  retry-storm, 3 of 20');
    expect(progressLine({ ...half, totalNs: 0 }, 10_000)).toMatch(/ 0% {2}retry/);
  });

  it('redraws at most ten times a second, and leaves a clean line', () => {
    const { written, as } = stream(true);
    let nowMs = 0;
    const bar = new ProgressBar(as, { quiet: false, nowMs: () => nowMs });
    for (nowMs = 0; nowMs < 1000; nowMs += 10) bar.show(half);
    bar.clear();
    expect(written).toHaveLength(11);
    expect(written.at(-1)).toBe('\r\u001b[2K');
  });

  it('is silent where nobody watches', () => {
    const { written, as } = stream(false);
    const bar = new ProgressBar(as);
    bar.show(half);
    bar.clear();
    expect(written).toEqual([]);
  });
});
