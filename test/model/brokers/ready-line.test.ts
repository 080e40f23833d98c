import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Messages } from '../../../src/model/brokers/messages.js';
import { ReadyLine } from '../../../src/model/brokers/ready-line.js';

describe('a line to which messages come back', () => {
  it('gives what came back before what was never taken out, in the order in which they first came', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.constant('push' as const) },
      { weight: 4, arbitrary: fc.constant('shift' as const) },
      { weight: 3, arbitrary: fc.nat() },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const messages = new Messages();
        const line = new ReadyLine(messages);
        const came: number[] = [];
        // By the order in which they came: the simplest thing that could be right.
        const lies: number[] = [];
        const out: number[] = [];
        const place = (message: number): number => came.indexOf(message);
        for (const what of steps) {
          if (what === 'push') {
            const message = messages.take(0, 0, 0, 0);
            came.push(message);
            line.push(message);
            lies.push(message);
          } else if (what === 'shift') {
            if (line.count === 0) continue;
            expect(line.first).toBe(lies[0]);
            const message = line.shift();
            expect(message).toBe(lies.shift());
            out.push(message);
          } else if (out.length > 0) {
            const [message] = out.splice(what % out.length, 1);
            line.putBack(message!);
            lies.push(message!);
            lies.sort((a, b) => place(a) - place(b));
          }
          expect(line.count).toBe(lies.length);
          expect(line.first).toBe(lies[0] ?? -1);
        }
      }),
    );
  });
});
