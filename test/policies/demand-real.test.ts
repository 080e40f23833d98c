import { Readable, Transform, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Subscription } from '../../src/policies/demand.js';

/**
 * Two arms on one script, the moments at which a slow sink is done with one: a real pipeline of Node's
 * streams in object mode, and our demand. A Node writable asks in its own words: `write` returns true
 * while it holds fewer than its high water mark, and `drain` comes when it holds nothing; so a reader that
 * honours both (`pipe` does) acts as a subscriber with n = high water mark that asks again when all of
 * it is consumed (replenish 100%). What is compared is how many the sink holds, after each moment.
 */

/** Everything that Node has put off until later has happened. No clock is read. */
async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

function endlessSource(mark: number): Readable {
  let made = 0;
  return new Readable({
    objectMode: true,
    highWaterMark: mark,
    read() {
      made++;
      this.push({ number: made });
    },
  });
}

/** A sink that is done with one when it is told to be. */
function slowSink(mark: number): { sink: Writable; done: () => void } {
  let waiting: (() => void) | null = null;
  const sink = new Writable({
    objectMode: true,
    highWaterMark: mark,
    write: (_one, _encoding, callback) => {
      waiting = callback;
    },
  });
  return {
    sink,
    done: () => {
      const callback = waiting;
      waiting = null;
      callback?.();
    },
  };
}

/** What our sink holds after each of so many moments, with a source that always has more. */
function heldByDemand(n: number, moments: number): number[] {
  const sink = new Subscription({ n, replenish: 1 });
  sink.begin();
  const held: number[] = [];
  for (let i = 0; i < moments; i++) {
    while (sink.isOpen) sink.send();
    held.push(sink.held);
    const due = sink.consume();
    if (due > 0) sink.request(due);
  }
  return held;
}

describe('demand beside a real pipeline of Node streams', () => {
  it.each([1, 2, 7, 16])('holds as many as a real sink at every moment (mark %i)', async (mark) => {
    const moments = 3 * mark + 2;
    const source = endlessSource(mark);
    const { sink, done } = slowSink(mark);
    source.pipe(sink);
    const held: number[] = [];
    for (let i = 0; i < moments; i++) {
      await settled();
      held.push(sink.writableLength);
      expect(source.readableLength).toBeLessThanOrEqual(mark);
      done();
    }
    source.destroy();
    expect(held).toEqual(heldByDemand(mark, moments));
    expect(Math.max(...held)).toBe(mark);
  });

  it('has no stage of a longer pipeline hold more than its mark, either', async () => {
    const mark = 16;
    const source = endlessSource(mark);
    const stage = new Transform({
      objectMode: true,
      highWaterMark: mark,
      transform: (one, _encoding, callback) => callback(null, one),
    });
    const { sink, done } = slowSink(mark);
    source.pipe(stage).pipe(sink);
    const held: number[] = [];
    for (let i = 0; i < 50; i++) {
      await settled();
      held.push(sink.writableLength);
      for (const length of [source.readableLength, stage.writableLength, stage.readableLength]) {
        expect(length).toBeLessThanOrEqual(mark);
      }
      done();
    }
    source.destroy();
    expect(held).toEqual(heldByDemand(mark, 50));
  });

  it('is a law where a real writable only advises', async () => {
    const { sink } = slowSink(16);
    const answers = Array.from({ length: 20 }, (_, number) => sink.write({ number }));
    await settled();
    // It says no from the sixteenth on, and takes what comes all the same.
    expect(answers).toEqual([...Array(15).fill(true), ...Array(5).fill(false)]);
    expect(sink.writableLength).toBe(20);
    const ours = new Subscription({ n: 16, replenish: 1 });
    ours.begin();
    for (let i = 0; i < 16; i++) ours.send();
    expect(() => ours.send()).toThrow('17 sent, 16 asked for');
  });
});
