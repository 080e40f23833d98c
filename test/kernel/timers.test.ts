import { describe, expect, it } from 'vitest';
import { type Actor, Kernel } from '../../src/kernel/kernel.js';
import { TimerLines } from '../../src/kernel/timers.js';

/** Writes down what happens, as "row at time". */
class Diary implements Actor {
  readonly lines: string[] = [];

  constructor(readonly kernel: Kernel) {}

  act(_kind: number, row: number): void {
    this.lines.push(`${row} at ${this.kernel.now}`);
  }
}

function begun(): { kernel: Kernel; diary: Diary } {
  const kernel = new Kernel();
  return { kernel, diary: new Diary(kernel) };
}

describe('timers', () => {
  it('a delay has one line, however often it is asked for', () => {
    const { kernel } = begun();
    const line = kernel.lineFor(100);
    expect(kernel.lineFor(7)).not.toBe(line);
    expect(kernel.lineFor(100)).toBe(line);
  });

  it('a line needs a delay above 0', () => {
    const { kernel } = begun();
    expect(() => kernel.lineFor(0)).toThrow('above 0');
    expect(() => kernel.lineFor(-1)).toThrow('above 0');
    expect(() => kernel.lineFor(NaN)).toThrow('above 0');
  });

  it('go off after their delay, in the order in which they were set', () => {
    const { kernel, diary } = begun();
    const line = kernel.lineFor(10);
    kernel.setTimer(line, 1, 0);
    kernel.setTimer(line, 1, 1);
    kernel.run(5, diary);
    kernel.setTimer(line, 1, 2);
    kernel.run(100, diary);
    expect(diary.lines).toEqual(['0 at 10', '1 at 10', '2 at 15']);
  });

  it('at one time with plain events and timers of other delays, the first that was set is first', () => {
    const { kernel, diary } = begun();
    const [five, ten] = [kernel.lineFor(5), kernel.lineFor(10)];
    kernel.setTimer(ten, 1, 0);
    kernel.at(10, 1, 1);
    kernel.setTimer(ten, 1, 2);
    kernel.run(5, diary);
    kernel.setTimer(five, 1, 3);
    kernel.at(10, 1, 4);
    kernel.run(11, diary);
    expect(diary.lines).toEqual(['0 at 10', '1 at 10', '2 at 10', '3 at 10', '4 at 10']);
  });

  it('a cancelled one never goes off: the head, the middle, the tail, the only one', () => {
    for (const cancelled of [0, 1, 2]) {
      const { kernel, diary } = begun();
      const line = kernel.lineFor(10);
      const timers = [0, 1, 2].map((row) => kernel.setTimer(line, 1, row));
      kernel.cancelTimer(timers[cancelled]!);
      kernel.run(100, diary);
      const rest = [0, 1, 2].filter((row) => row !== cancelled);
      expect(diary.lines).toEqual(rest.map((row) => `${row} at 10`));
    }
    const { kernel, diary } = begun();
    kernel.cancelTimer(kernel.setTimer(kernel.lineFor(10), 1, 0));
    kernel.run(100, diary);
    expect(diary.lines).toEqual([]);
  });

  it('one set after the head was cancelled keeps its own time and place', () => {
    const { kernel, diary } = begun();
    const line = kernel.lineFor(10);
    const head = kernel.setTimer(line, 1, 0);
    kernel.run(3, diary);
    kernel.cancelTimer(head);
    kernel.setTimer(line, 1, 1);
    kernel.at(13, 1, 2);
    kernel.run(100, diary);
    expect(diary.lines).toEqual(['1 at 13', '2 at 13']);
  });

  it('cancelling a million keeps nothing: rows are used again', () => {
    const { kernel, diary } = begun();
    const line = kernel.lineFor(1000);
    const before = kernel.bytes;
    for (let i = 0; i < 1_000_000; i++) kernel.cancelTimer(kernel.setTimer(line, 1, i & 0xffff));
    expect(kernel.bytes - before).toBeLessThan(1000);
    kernel.setTimer(line, 1, 7);
    kernel.run(2000, diary);
    expect(diary.lines).toEqual(['7 at 1000']);
  });

  it('a million stand at once, and every second one can be cancelled', () => {
    const kernel = new Kernel();
    const line = kernel.lineFor(50);
    const timers = Array.from({ length: 1_000_000 }, (_, i) => kernel.setTimer(line, 1, i));
    for (let i = 0; i < timers.length; i += 2) kernel.cancelTimer(timers[i]!);
    let next = 1;
    let wrong = 0;
    kernel.run(51, {
      act: (_, row) => {
        if (row !== next) wrong++;
        next += 2;
      },
    });
    expect({ wrong, next }).toEqual({ wrong: 0, next: 1_000_001 });
  });

  it('every line has a place of its own in the queue, even with ten thousand of them', () => {
    const { kernel, diary } = begun();
    const delays = Array.from({ length: 10_000 }, (_, i) => 10_000 - i);
    delays.forEach((delay, i) => {
      kernel.setTimer(kernel.lineFor(delay), 1, i);
    });
    kernel.run(20_000, diary);
    expect(diary.lines.length).toBe(10_000);
    expect(diary.lines.slice(0, 2)).toEqual(['9999 at 1', '9998 at 2']);
  });

  it('seventy thousand lines are kept apart, or refused', () => {
    const lines = new TimerLines();
    const outcome = (): string => {
      try {
        for (let delay = 1; delay < 70_000; delay++) lines.lineFor(delay);
      } catch (refusal) {
        return String(refusal);
      }
      const last = lines.lineFor(70_000);
      lines.remove(lines.set(last, 0, 1, 12));
      return lines.head(last) === -1 ? 'kept apart' : 'mixed up';
    };
    expect(outcome()).toMatch(/kept apart|Error: .*line/);
  });
});
